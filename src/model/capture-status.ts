import { cleanText } from './clean-text.ts'
import { count, list, object, oneOf, text, type Check } from './json-fields.ts'
import { decodeHostInterfaces, type HostInterface } from './host-interface.ts'
import { limits } from './limits.ts'
import { hostTime, type HostTime } from './quantity.ts'

/** Where flows come from, best first; `ss`: listed over SSH on a host without e2etop. */
export const captureSources = ['bpf', 'bpf-tcp', 'sockdiag', 'replay', 'ss'] as const
export type CaptureSourceName = (typeof captureSources)[number]

/** What a source can see; the screen and every answer name what is missing. */
export const sights = [
  'tcp', // TCP payload bytes
  'udp', // UDP payload bytes
  'raw', // ICMP and raw sockets
  'pid', // the owning process of every flow
  'actor', // the process that last used a TCP socket, where it is not the owner
  'short', // flows shorter than a poll
  'peers', // each peer of an unconnected datagram socket
  'netns', // every network namespace, not only our own
] as const
export type Sight = (typeof sights)[number]

/** Where one of these is missing, numbers are short or flows have no process. `actor` is finer and asked for. */
export const essentialSights: readonly Sight[] = sights.filter((sight) => sight !== 'actor')

/** Something that was not recorded: counted, dated, named. Never silent. */
export interface Loss {
  /** A stable word for scripts: `ring-full`, `datagram-map-full`, `owner-map-full`, `flow-table-full`. */
  readonly reason: string
  readonly count: number
  readonly last: HostTime
}

/** Travels with the data to every screen and answer: a silent fallback would falsify totals. */
export interface CaptureStatus {
  readonly source: CaptureSourceName
  readonly since: HostTime
  readonly sees: readonly Sight[]
  /** One sentence each: what cannot be seen here, why, and what would help. */
  readonly blind: readonly string[]
  readonly lost: readonly Loss[]
  /** Of recorded samples: interfaces of the host that they are of, where the recording has them. */
  readonly interfaces?: readonly HostInterface[] | undefined
}

const name = text((value) => cleanText(value, limits.nameLength))
const sentence = text((value) => cleanText(value, limits.sentenceLength))
const time: Check<HostTime> = (value, where) => hostTime(count(value, where))

/** Those of a recording, which need not have any. @throws MalformedError */
export const recordedInterfaces: Check<readonly HostInterface[] | undefined> = (value, where) =>
  value === undefined || value === null ? undefined : decodeHostInterfaces(value, where)

/** Checks a status that came as JSON. @throws MalformedError */
export const decodeCaptureStatus: Check<CaptureStatus> = object<CaptureStatus>({
  source: oneOf(captureSources),
  since: time,
  sees: list(oneOf(sights), sights.length),
  blind: list(sentence, limits.statusLinesMax),
  lost: list(object({ reason: name, count, last: time }), limits.statusLinesMax),
  interfaces: recordedInterfaces,
})
