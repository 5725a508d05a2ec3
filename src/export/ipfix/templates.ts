import { actorOf, endReasons, type FlowRecord } from '../../model/flow.ts'
import { accountOf } from '../../model/owner.ts'
import { storedTimes } from '../../model/stored-times.ts'

/** One field of a template (IANA IPFIX registry), and how a record fills it. */
export interface IpfixField {
  readonly element: number
  /** Private enterprise number; none: IANA's own elements. */
  readonly enterprise?: number
  /** Bytes; undefined: of variable length, text. */
  readonly length: number | undefined
  readonly put: (flow: BiflowRecord) => number | bigint | string | Uint8Array
}

/** A record turned so that its source is who opened the flow, as RFC 5103 wants it; the local end where nobody knows. */
export interface BiflowRecord {
  readonly flow: FlowRecord
  readonly isTurned: boolean
}

export const biflowOf = (flow: FlowRecord): BiflowRecord => ({
  flow,
  isTurned: flow.direction === 'inbound',
})

/** Of the information elements of the way back (RFC 5103 6.1). */
const reverse = 29_305

/** biflowDirection (239): by whom the direction was decided. */
const initiator = 1
const arbitrary = 0

type Numeric = {
  [K in keyof FlowRecord]: FlowRecord[K] extends number ? K : never
}[keyof FlowRecord]

/** The field of this end or of the other, after who is the source. */
const either =
  (plain: Numeric, turned: Numeric) =>
  ({ flow, isTurned }: BiflowRecord) =>
    flow[isTurned ? turned : plain]
const counter = (plain: Numeric, turned: Numeric) => (record: BiflowRecord) =>
  BigInt(either(plain, turned)(record))

function processOf({ flow }: BiflowRecord): string {
  const actor = actorOf(flow)
  return actor.kind === 'process' ? actor.process : ''
}
const userOf = ({ flow }: BiflowRecord): string => accountOf(actorOf(flow))?.user ?? ''

/** Bytes of the address in the flow's own family. */
const addressOf = (record: BiflowRecord, end: 'source' | 'destination', bytes: number) => {
  const isLocal = (end === 'source') !== record.isTurned
  return (isLocal ? record.flow.localAddress : record.flow.remoteAddress).subarray(16 - bytes)
}

/**
 * octetDeltaCount holds payload bytes: what the socket counted. Headers of the network are not known there, though the
 * registry counts them in.
 */
const common: readonly IpfixField[] = [
  { element: 152, length: 8, put: ({ flow }) => BigInt(storedTimes.start(flow)) }, // flowStartMilliseconds
  { element: 153, length: 8, put: ({ flow }) => BigInt(storedTimes.end(flow)) }, // flowEndMilliseconds
  { element: 1, length: 8, put: counter('txBytes', 'rxBytes') }, // octetDeltaCount
  { element: 2, length: 8, put: counter('txPackets', 'rxPackets') }, // packetDeltaCount
  { element: 1, enterprise: reverse, length: 8, put: counter('rxBytes', 'txBytes') },
  { element: 2, enterprise: reverse, length: 8, put: counter('rxPackets', 'txPackets') },
  { element: 7, length: 2, put: either('localPort', 'remotePort') }, // sourceTransportPort
  { element: 11, length: 2, put: either('remotePort', 'localPort') }, // destinationTransportPort
  { element: 4, length: 1, put: ({ flow }) => flow.protocol }, // protocolIdentifier
  { element: 136, length: 1, put: ({ flow }) => endReasons.indexOf(flow.endReason) }, // flowEndReason
  {
    element: 239, // biflowDirection
    length: 1,
    put: ({ flow }) => (flow.direction === 'unknown' ? arbitrary : initiator),
  },
  { element: 371, length: undefined, put: userOf }, // userName
  { element: 96, length: undefined, put: processOf }, // applicationName
]

const addresses = (source: number, destination: number, bytes: number): readonly IpfixField[] => [
  { element: source, length: bytes, put: (record) => addressOf(record, 'source', bytes) },
  { element: destination, length: bytes, put: (record) => addressOf(record, 'destination', bytes) },
]

/** One for each family; numbers from 256 on are the exporter's to give (RFC 7011 3.4.1). */
export const templates = {
  v4: { number: 256, fields: [...addresses(8, 12, 4), ...common] },
  v6: { number: 257, fields: [...addresses(27, 28, 16), ...common] },
} as const
export type Template = (typeof templates)[keyof typeof templates]
