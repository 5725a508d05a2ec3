import type { UnknownOwner } from '../../model/owner.ts'

/** Why a socket's process is not known. */
export const unheld: UnknownOwner = { kind: 'unknown', why: 'no process holds the socket' }
export const hidden: UnknownOwner = {
  kind: 'unknown',
  why: "not root: other users' sockets have no visible process",
}
export const notFound: UnknownOwner = { kind: 'unknown', why: 'its process was not found in /proc' }
export const tooShort: UnknownOwner = {
  kind: 'unknown',
  why: 'ended between two looks at the sockets',
}

const blindAlways = [
  'UDP, ICMP and raw traffic is not seen: the socket listing has no byte counters for it; BPF, as root, has.',
  'Connections that begin and end between two looks (1 s) have no process, and where refused or closed by SO_LINGER 0 are not seen; BPF, as root, sees them whole.',
  'Received bytes of a connection can be one too many where this end half-closed it first, and one off where it was reset.',
  'Only this network namespace is seen: not the containers that have their own.',
]
const blindWithoutRoot =
  'Of sockets of other users only the user is known: /proc/PID/fd is closed to us; run as root (sudo) to see the process.'

/** What this source cannot see, a sentence each with what would help. */
export function blindSpots(isRoot: boolean): readonly string[] {
  return isRoot ? blindAlways : [...blindAlways, blindWithoutRoot]
}
