import { formatAddress, isIpv4 } from '../../../src/model/address.ts'
import { flowFlag, type FlowRecord } from '../../../src/model/flow.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { vocabulary } from '../../../src/model/vocabulary.ts'
import { flowPredicate } from '../../../src/query/filter/flow-predicate.ts'
import { naiveAs, naiveCountry } from '../../sim/small-whereabouts.ts'
import type { GroupValue } from '../../../src/query/group-name.ts'
import type { GroupableField, GroupKey, Measure, Question } from '../../../src/query/question.ts'

/** By group's name in JSON, one plain value a measure: of a distinct count the values, of a quantile all numbers. */
export type NaiveAnswer = Readonly<Record<string, readonly unknown[]>>

/** The same answer by objects and sets, one record after another. */
export function naiveAnswer(question: Question, flows: readonly FlowRecord[]): NaiveAnswer {
  const matches = question.where ? flowPredicate(question.where) : () => true
  const groups = new Map<string, FlowRecord[]>()
  for (const flow of flows) {
    const isLeftOut = (flow.flags & flowFlag.carrier) !== 0 && !asksForCarriers(question)
    if (isLeftOut || !matches(flow)) continue
    for (const piece of piecesOf(flow, question)) {
      const name = JSON.stringify([
        question.bin === undefined
          ? null
          : timeOf(piece, question) - mod(timeOf(piece, question), question.bin),
        ...question.by.map((key) => keyOf(key, piece, question)),
      ])
      groups.set(name, [...(groups.get(name) ?? []), piece])
    }
  }
  return Object.fromEntries(
    [...groups].map(([name, pieces]) => [
      name,
      question.measures.map((measure) => measured(measure, pieces)),
    ]),
  )
}

/** By its text, which has the word nowhere but as a condition or within quotes. */
const asksForCarriers = ({ where }: Question) =>
  where !== undefined && JSON.stringify(where).includes('"word":"carrier"')

const mod = (a: number, b: number) => ((a % b) + b) % b

/** A piece of a flow cut by `spread` belongs to the time at which it begins, a whole record to its end. */
const timeOf = (piece: FlowRecord, { booking }: Question) =>
  booking === 'spread' ? piece.start : piece.end

function piecesOf(flow: FlowRecord, { range, booking, bin, by }: Question): FlowRecord[] {
  if (booking === 'at end' || flow.start === flow.end)
    return flow.end >= range.from && flow.end < range.to ? [flow] : []
  const steps = [bin, ...(by.some(({ kind }) => kind === 'hour') ? [3_600_000] : [])]
  const edges = new Set<number>([range.from, range.to, flow.start, flow.end])
  for (const step of steps)
    if (step !== undefined)
      for (let at = Math.ceil(flow.start / step) * step; at < flow.end; at += step) edges.add(at)
  const inside = [...edges]
    .filter((at) => at >= flow.start && at <= flow.end)
    .toSorted((a, b) => a - b)
  const share = (value: number, at: number) =>
    Math.floor(value * ((at - flow.start) / (flow.end - flow.start)))
  return inside.slice(1).flatMap((to, i) => {
    const from = inside[i]!
    const part = (value: number) => share(value, to) - share(value, from)
    if (from < range.from || to > range.to) return []
    return [
      {
        ...flow,
        start: hostTime(from),
        end: hostTime(to),
        txBytes: part(flow.txBytes),
        rxBytes: part(flow.rxBytes),
        txPackets: part(flow.txPackets),
        rxPackets: part(flow.rxPackets),
        retransmits: part(flow.retransmits),
      },
    ]
  })
}

function naiveField(field: GroupableField, flow: FlowRecord): GroupValue {
  if (field === 'remote_country') return naiveCountry(flow.remoteAddress)
  if (field === 'remote_as') return naiveAs(flow.remoteAddress)
  return vocabulary[field](flow, 'here')
}

function keyOf(key: GroupKey, flow: FlowRecord, question: Question): GroupValue {
  switch (key.kind) {
    case 'field':
      return naiveField(key.field, flow)
    case 'network': {
      const address = flow[`${key.end}Address`]
      const bits = isIpv4(address) ? 96 + key.v4Bits : key.v6Bits
      const kept = address.map(
        (byte, i) => byte & ~(0xff >> Math.min(8, Math.max(0, bits - 8 * i))),
      )
      return `${formatAddress(kept)}/${isIpv4(address) ? key.v4Bits : key.v6Bits}`
    }
    case 'service':
      if (![6, 17, 132].includes(flow.protocol)) return null
      return {
        outbound: flow.remotePort,
        inbound: flow.localPort,
        unknown: Math.min(flow.localPort, flow.remotePort),
      }[flow.direction]
    case 'loopback':
      return flow.flags >= 4 ? 'yes' : 'no'
    case 'hour':
      return new Date(timeOf(flow, question)).getUTCHours()
  }
}

const counts = {
  tx_bytes: (flow: FlowRecord) => flow.txBytes,
  rx_bytes: (flow: FlowRecord) => flow.rxBytes,
  bytes: (flow: FlowRecord) => flow.txBytes + flow.rxBytes,
  tx_packets: (flow: FlowRecord) => flow.txPackets,
  rx_packets: (flow: FlowRecord) => flow.rxPackets,
  packets: (flow: FlowRecord) => flow.txPackets + flow.rxPackets,
  retransmits: (flow: FlowRecord) => flow.retransmits,
  rtt_us: (flow: FlowRecord) => flow.rttUs || undefined,
  duration_ms: (flow: FlowRecord) => flow.end - flow.start,
}

function measured(measure: Measure, flows: readonly FlowRecord[]): unknown {
  if (measure.kind === 'flows')
    return new Set(flows.map(({ id }) => id).filter((id) => id !== 0)).size
  if (measure.kind === 'distinct') {
    const values = flows.map((flow) => naiveField(measure.of, flow))
    const isNone = (value: GroupValue) =>
      value === null ||
      (measure.of.endsWith('_country') && String(value).length > 2) ||
      (measure.of === 'remote_as' && typeof value === 'string')
    return new Set(values.filter((value) => !isNone(value))).size
  }
  const numbers = flows.map(counts[measure.of]).filter((one) => one !== undefined)
  const sum = numbers.reduce((total, number) => total + number, 0)
  switch (measure.kind) {
    case 'sum':
    case 'rate':
      return sum
    case 'avg':
      return [sum, numbers.length]
    case 'min':
      return numbers.length === 0 ? undefined : Math.min(...numbers)
    case 'max':
      return numbers.length === 0 ? undefined : Math.max(...numbers)
    case 'quantile':
      return numbers.length
  }
}
