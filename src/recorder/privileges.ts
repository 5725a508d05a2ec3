import { readFileSync } from 'node:fs'
import type { CaptureSourceName } from '../model/capture-status.ts'
import { heldCapabilities, setCapabilities } from './capabilities.ts'

/** Numbers of linux/capability.h. */
const capability = { dacReadSearch: 2, sysPtrace: 19, bpf: 39 } as const

/**
 * What a source needs after it is open. BPF: map look-ups and iterators through descriptors that are already open,
 * which kernels before 5.19 refuse without CAP_BPF where unprivileged_bpf_disabled is set. sock_diag: the
 * descriptors of all processes.
 */
const keptCapabilities: Record<CaptureSourceName | 'packets', readonly number[]> = {
  bpf: [capability.bpf],
  'bpf-tcp': [capability.bpf],
  sockdiag: [capability.dacReadSearch, capability.sysPtrace],
  replay: [],
  // Of other hosts, and read by the console.
  ss: [],
  // Their sockets are open by then.
  packets: [],
}

/** The account made for the recorder by `e2etop install-service`. */
export const recorderUser = 'e2etop-rec'
/** Its members may read the log and the live socket. */
export const readerGroup = 'e2etop'

/** As whom a recorder runs once it is open. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** What Linux shows for users that cannot be mapped (overflowuid); no account owns files as it. */
const overflow: Account = { name: 'nobody', uid: 65_534, gid: 65_534 }

/** The recorder's own account, else the one that owns nothing; its group is the readers', where there is one. */
export function recorderAccount(): Account {
  const { name, uid, gid } = passwdEntry(recorderUser) ?? passwdEntry('nobody') ?? overflow
  return { name, uid, gid: groupId(readerGroup) ?? gid }
}

/**
 * Leaves root for good: own uid, no further groups, no capability but the source's. Where a service manager has
 * done the first already, what it gave and the source no longer needs goes. Throws where the system refuses,
 * because going on with more would not be what was promised.
 */
export function dropPrivileges(
  source: CaptureSourceName | 'packets',
  { uid, gid } = recorderAccount(),
): void {
  const kept = keptCapabilities[source]
  if (process.geteuid?.() === 0) {
    setCapabilities(kept, () => {
      process.setgroups?.([])
      process.setgid?.(gid)
      process.setuid?.(uid)
    })
    return
  }
  const held = heldCapabilities()
  if (held === 0n) return
  setCapabilities(
    kept.filter((number) => (held >> BigInt(number)) & 1n),
    () => {},
  )
}

function passwdEntry(name: string): Account | undefined {
  const fields = accountFields('/etc/passwd', name)
  return fields && { name, uid: Number(fields[2]), gid: Number(fields[3]) }
}

/** Of an account of this host; undefined where there is none of that name. */
export const userId = (name: string): number | undefined => passwdEntry(name)?.uid

function groupId(name: string): number | undefined {
  const fields = accountFields('/etc/group', name)
  return fields && Number(fields[2])
}

function accountFields(path: string, name: string): readonly string[] | undefined {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.find((line) => line.startsWith(`${name}:`))?.split(':')
}
