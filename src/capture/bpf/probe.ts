import { closeSync, readFileSync } from 'node:fs'
import { CaptureError } from '../capture-error.ts'
import { loadNative } from '../native.ts'
import { Assembler } from './assembler.ts'
import { attachType, loadProgram, programType, type ProgramShape } from './bpf-syscall.ts'
import { btfKind } from './btf.ts'
import { cgroupRoot } from './cgroup-root.ts'
import { readBtf } from './read-btf.ts'

/** One thing that BPF capture asks of the host. */
export interface Requirement {
  readonly what: string
  /** What capture does without it: nothing at all, or less. */
  readonly need: 'required' | 'optional'
  /** Why it is missing; undefined where it is there. */
  readonly missing: { readonly why: string; readonly next: string } | undefined
}

const capabilities = [
  ['CAP_BPF', 39, 'required'],
  ['CAP_PERFMON', 38, 'required'],
  ['CAP_NET_ADMIN', 12, 'optional'],
] as const
const sysAdmin = 21
const netAdmin = 12

/**
 * Tries each thing on its own, in the order in which capture needs them; programs of two instructions are loaded
 * and dropped again, none is attached. Takes a tenth of a second, most of it for the kernel's type information.
 */
export function bpfRequirements(): readonly Requirement[] {
  const btf = tried(readBtf)
  const tracing = (attach: number, kind: 8 | 12, name: string) => () => {
    // Without type information there is nothing to try, and that is said already.
    if (!btf.value) return
    const typeId = btf.value.find(kind, name)
    if (typeId === undefined)
      throw new CaptureError('too-old', `this kernel has no ${name}`, 'a newer kernel has it')
    loadTrial({ type: programType.tracing, attach, typeId })
  }
  const tracepoint = (name: string) =>
    tracing(attachType.rawTracepoint, btfKind.typedef, `btf_trace_${name}`)
  const atCgroups = () =>
    loadTrial({ type: programType.cgroupSkb, attach: attachType.cgroupEgress })
  const files = tracing(attachType.iterator, btfKind.func, 'bpf_iter_task_file')
  return [
    requirement('koffi', 'required', loadNative),
    { what: 'type information of the kernel (BTF)', need: 'required', missing: btf.missing },
    ...capabilities.map(([name, number, need]) =>
      requirement(name, need, () => demandCapability(name, number)),
    ),
    requirement('BPF at inet_sock_set_state', 'required', tracepoint('inet_sock_set_state')),
    requirement('BPF iterator over open files', 'required', files),
    requirement('cgroup2', 'optional', cgroupRoot),
    requirement('BPF at cgroups', 'optional', atCgroups),
    requirement('BPF at sock_send_length', 'optional', tracepoint('sock_send_length')),
  ]
}

/** Why BPF capture cannot open here, in one line; undefined where it can. */
export function whyNoBpf(): string | undefined {
  const gap = bpfRequirements().find(({ need, missing }) => need === 'required' && missing)
  return gap && `no BPF capture: ${gap.what}: ${gap.missing!.why}`
}

function requirement(what: string, need: Requirement['need'], attempt: () => unknown): Requirement {
  return { what, need, missing: tried(attempt).missing }
}

function tried<T>(attempt: () => T): { value?: T; missing: Requirement['missing'] } {
  try {
    return { value: attempt(), missing: undefined }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    return { missing: { why: error.message, next: error.next } }
  }
}

function demandCapability(name: string, number: number): void {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))
  const held = BigInt(`0x${line?.[1] ?? '0'}`)
  const holds = (capability: number) => ((held >> BigInt(capability)) & 1n) === 1n
  // CAP_SYS_ADMIN stands for the capabilities that were split off from it.
  if (holds(number) || (holds(sysAdmin) && number !== netAdmin)) return
  throw new CaptureError('no-capability', `this process does not hold ${name}`, 'run as root')
}

function loadTrial(shape: Omit<ProgramShape, 'code' | 'name'>): void {
  closeSync(loadProgram({ ...shape, name: 'trial', code: new Assembler().exit(1).build() }))
}
