import { readFileSync } from 'node:fs'
import type { CaptureSourceName } from '../model/capture-status.ts'
import { setCapabilities } from './capabilities.ts'

/** Numbers of linux/capability.h. */
const capability = { dacReadSearch: 2, sysPtrace: 19, bpf: 39 } as const

/**
 * What a source needs after it is open. BPF: map look-ups and iterators through descriptors that are already open,
 * which kernels before 5.19 refuse without CAP_BPF where unprivileged_bpf_disabled is set. sock_diag: the
 * descriptors of all processes.
 */
const keptCapabilities: Record<CaptureSourceName, readonly number[]> = {
  bpf: [capability.bpf],
  'bpf-tcp': [capability.bpf],
  sockdiag: [capability.dacReadSearch, capability.sysPtrace],
  replay: [],
}

/** The account made for the recorder by an installed service, else the one that owns nothing. */
const accounts = ['e2etop-rec', 'nobody']

/**
 * Leaves root for good: own uid, no groups, no capability but the source's. Does nothing where the process is not
 * root. Throws where the system refuses, because going on as root would not be what was promised.
 */
export function dropPrivileges(source: CaptureSourceName): void {
  if (process.geteuid?.() !== 0) return
  const { uid, gid } = recorderAccount()
  setCapabilities(keptCapabilities[source], () => {
    process.setgroups?.([])
    process.setgid?.(gid)
    process.setuid?.(uid)
  })
}

function recorderAccount(): { uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const account of accounts) {
    const fields = lines.find((line) => line.startsWith(`${account}:`))?.split(':')
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  // What Linux shows for users that cannot be mapped (overflowuid); no account owns files as it.
  return { uid: 65_534, gid: 65_534 }
}
