import { existsSync, readFileSync } from 'node:fs'

/** Numbers of linux/capability.h. */
const needed = { CAP_BPF: 39, CAP_PERFMON: 38, CAP_NET_ADMIN: 12 } as const

/**
 * What this machine lacks for the BPF source; undefined where it must open. It asks for the source's conditions and
 * does not try it, so that a source that fails here is a failing test and not a skipped one.
 */
export function whyNoBpf(): string | undefined {
  if (process.platform !== 'linux') return 'BPF needs Linux'
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'BPF capture needs /sys/kernel/btf/vmlinux'
  const status = readFileSync('/proc/self/status', 'utf8')
  const held = BigInt(`0x${/^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  for (const [name, number] of Object.entries(needed))
    if (((held >> BigInt(number)) & 1n) === 0n) return `BPF capture needs ${name}, as root has it`
  if (!/ cgroup2 /.test(readFileSync('/proc/mounts', 'utf8')))
    return 'BPF capture of datagrams needs a mounted cgroup2 hierarchy'
  return undefined
}
