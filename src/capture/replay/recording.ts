import { formatAddress, parseAddress, type Address } from '../../model/address.ts'
import {
  captureSources,
  recordedInterfaces,
  sights,
  type CaptureStatus,
} from '../../model/capture-status.ts'
import { cleanText } from '../../model/clean-text.ts'
import { directions, tcpStates, type Direction } from '../../model/flow.ts'
import {
  count,
  list,
  MalformedError,
  object,
  oneOf,
  text,
  type Check,
} from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import {
  kernelOwner,
  type Account,
  type Owner,
  type ProcessOwner,
  type UnknownOwner,
} from '../../model/owner.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { FlowSample } from '../../model/sample.ts'

/**
 * Recorded samples: JSON lines under the words of the vocabulary. The first is the status of the source that was
 * recorded, with the interfaces of its host; times are ms since the recording began (before it: negative), so that it can be played at any time.
 *
 *     {"type":"status","source":"bpf","sees":["tcp"],"blind":[]}
 *     {"type":"sample","at":1000,"cookie":"00000000000003e8","protocol":6,"local_ip":"10.0.0.1",…}
 */
export type RecordedLine =
  | { readonly kind: 'status'; readonly status: RecordedStatus }
  | { readonly kind: 'sample'; readonly at: number; readonly sample: RecordedSample }
  | { readonly kind: 'malformed'; readonly why: string }

export type RecordedStatus = Pick<CaptureStatus, 'source' | 'sees' | 'blind' | 'interfaces'>

/** A sample whose times count from the recording's beginning. */
export type RecordedSample = Readonly<FlowSample>

const portMax = 0xffff
const uint32Max = 0xffff_ffff

const whole =
  (max: number): Check<number> =>
  (value, where) => {
    const number = count(value, where)
    if (!Number.isSafeInteger(number) || number > max)
      throw new MalformedError(`${where}: not a whole number up to ${max}`)
    return number
  }
const counter = whole(Number.MAX_SAFE_INTEGER)

const time: Check<HostTime> = (value, where) => {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new MalformedError(`${where}: not a time in ms`)
  return hostTime(value)
}
const truth: Check<boolean> = (value, where) => {
  if (typeof value !== 'boolean') throw new MalformedError(`${where}: not true or false`)
  return value
}
const address: Check<Address> = (value, where) => {
  const parsed = typeof value === 'string' ? parseAddress(value) : undefined
  if (!parsed) throw new MalformedError(`${where}: not an address`)
  return parsed
}
const cookie: Check<string> = (value, where) => {
  if (typeof value !== 'string' || !/^[0-9a-f]{16}$/.test(value))
    throw new MalformedError(`${where}: not 16 hex digits`)
  return value
}

const name = text((value) => cleanText(value, limits.nameLength))
const path = text((value) => cleanText(value, limits.pathLength))
const sentence = text((value) => cleanText(value, limits.sentenceLength))

const processOwner = object<ProcessOwner>({
  kind: oneOf(['process']),
  pid: whole(uint32Max),
  start: time,
  parentPid: whole(uint32Max),
  process: name,
  exe: path,
  uid: whole(uint32Max),
  user: name,
  cgroup: path,
  container: name,
})
const account = object<Account>({ uid: whole(uint32Max), user: name })
const nobody = object<Pick<UnknownOwner, 'kind' | 'why'>>({
  kind: oneOf(['unknown']),
  why: sentence,
})
const unknownOwner: Check<UnknownOwner> = (value, where) => {
  const owner = nobody(value, where)
  const told: unknown = Reflect.get(Object(value), 'account')
  return told === undefined ? owner : { ...owner, account: account(told, `${where}.account`) }
}
const ownerKind = object<Pick<Owner, 'kind'>>({ kind: oneOf(['process', 'kernel', 'unknown']) })

const owner: Check<Owner> = (value, where) => {
  switch (ownerKind(value, where).kind) {
    case 'process':
      return processOwner(value, where)
    case 'kernel':
      return kernelOwner
    case 'unknown':
      return unknownOwner(value, where)
  }
}
const actor: Check<Owner | undefined> = (value, where) =>
  value === undefined || value === null ? undefined : owner(value, where)

const status = object<RecordedStatus>({
  source: oneOf(captureSources),
  sees: list(oneOf(sights), sights.length),
  blind: list(sentence, limits.statusLinesMax),
  interfaces: recordedInterfaces,
})

/** A sample as it is written, apart from `type`. */
const recorded = object({
  at: whole(Number.MAX_SAFE_INTEGER),
  cookie,
  protocol: whole(255),
  local_ip: address,
  local_port: whole(portMax),
  remote_ip: address,
  remote_port: whole(portMax),
  netns: whole(uint32Max),
  direction: oneOf<Direction>(directions),
  owner,
  actor,
  first: time,
  last: time,
  tx_bytes: counter,
  rx_bytes: counter,
  tx_packets: counter,
  rx_packets: counter,
  rtt_us: counter,
  retransmits: counter,
  state: oneOf(tcpStates),
  closed: truth,
  partial: truth,
  carrier: truth,
})

const lineType = object({ type: oneOf(['status', 'sample']) })

/** Checks every field and cleans every text of one line; never throws. */
export function decodeLine(line: string): RecordedLine {
  try {
    const value: unknown = JSON.parse(line)
    if (lineType(value, 'line').type === 'status')
      return { kind: 'status', status: status(value, 'status') }
    return { kind: 'sample', ...sampleOf(recorded(value, 'sample')) }
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'malformed', why: 'not JSON' }
    if (error instanceof MalformedError) return { kind: 'malformed', why: error.message }
    throw error
  }
}

function sampleOf(fields: ReturnType<typeof recorded>) {
  const sample: RecordedSample = {
    cookieLow: Number.parseInt(fields.cookie.slice(8), 16),
    cookieHigh: Number.parseInt(fields.cookie.slice(0, 8), 16),
    protocol: fields.protocol,
    localAddress: fields.local_ip,
    localPort: fields.local_port,
    remoteAddress: fields.remote_ip,
    remotePort: fields.remote_port,
    netns: fields.netns,
    direction: fields.direction,
    owner: fields.owner,
    actor: fields.actor,
    first: fields.first,
    last: fields.last,
    txBytes: fields.tx_bytes,
    rxBytes: fields.rx_bytes,
    txPackets: fields.tx_packets,
    rxPackets: fields.rx_packets,
    rttUs: fields.rtt_us,
    retransmits: fields.retransmits,
    state: tcpStates.indexOf(fields.state),
    closed: fields.closed,
    partial: fields.partial,
    carrier: fields.carrier,
  }
  return { at: fields.at, sample }
}

export function encodeStatus({ source, sees, blind, interfaces }: RecordedStatus): string {
  return JSON.stringify({ type: 'status', source, sees, blind, interfaces })
}

/** `start`: when the recording began; `at`: ms since then, when the source gave the sample. */
export function encodeSample(
  sample: FlowSample,
  { at, start }: { at: number; start: HostTime },
): string {
  return JSON.stringify({
    type: 'sample',
    at,
    cookie: hexWord(sample.cookieHigh) + hexWord(sample.cookieLow),
    protocol: sample.protocol,
    local_ip: formatAddress(sample.localAddress),
    local_port: sample.localPort,
    remote_ip: formatAddress(sample.remoteAddress),
    remote_port: sample.remotePort,
    netns: sample.netns,
    direction: sample.direction,
    owner: shifted(sample.owner, 0 - start),
    ...(sample.actor && { actor: shifted(sample.actor, 0 - start) }),
    first: sample.first - start,
    last: sample.last - start,
    tx_bytes: sample.txBytes,
    rx_bytes: sample.rxBytes,
    tx_packets: sample.txPackets,
    rx_packets: sample.rxPackets,
    rtt_us: sample.rttUs,
    retransmits: sample.retransmits,
    state: tcpStates[sample.state] ?? 'none',
    closed: sample.closed,
    partial: sample.partial,
    carrier: sample.carrier,
  })
}

const hexWord = (word: number) => (word >>> 0).toString(16).padStart(8, '0')

/** The owner with its start moved by `ms`; a start that is not known (0) stays so. */
export function shifted(owner: Owner, ms: number): Owner {
  if (owner.kind !== 'process' || owner.start === 0) return owner
  return { ...owner, start: hostTime(owner.start + ms) }
}
