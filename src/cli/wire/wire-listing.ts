import type { CaptureFileReport } from '../../capture/wire/files/read-capture-file.ts'
import type { WireFlow } from '../../capture/wire/wire-flow.ts'
import type { WireTotals } from '../../capture/wire/wire-totals.ts'
import { protocolName } from '../../model/protocol-name.ts'
import {
  trafficClasses,
  type PacketLoss,
  type Traffic,
  type TrafficClass,
} from '../../model/wire-traffic.ts'
import { flagNames, isoTime, namedFields } from '../../model/vocabulary.ts'
import { formatQuantity } from '../../ui/text/units.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import { endpoint } from '../recording/flow-listing.ts'

/** Version of this output; grows when a field changes its meaning or goes, not when one is added. */
const schema = 1

/** Where packets came from, and what is known of those that did not come. */
export type PacketOrigin =
  | { readonly kind: 'file'; readonly file: string; readonly report: CaptureFileReport }
  | {
      readonly kind: 'interface'
      readonly name: string
      readonly loss: PacketLoss
      /** Why it ended before its time. */
      readonly endedEarly: string | undefined
    }

/** What was found in packets, but for their flows. */
export interface WireFindings {
  readonly origin: PacketOrigin
  readonly totals: WireTotals
  /** In its canonical text; the totals are of all flows all the same. */
  readonly where: string | undefined
}

/** The first line of `--format json`. */
export function summaryLine({ origin, totals, where }: WireFindings): string {
  const { evicted, classes } = totals
  const isFile = origin.kind === 'file'
  const summary = {
    type: 'summary',
    schema,
    file: isFile ? origin.file : null,
    interface: isFile ? null : origin.name,
    format: formatOf(origin),
    packets: totals.packets,
    wire_bytes: totals.wireBytes,
    captured_bytes: totals.capturedBytes,
    start: isoTime(totals.first),
    end: isoTime(totals.last),
    defects: defectsOf(origin, totals),
    dropped_packets: droppedOf(origin) ?? null,
    unmeasured_packets: isFile ? 0 : origin.loss.unmeasured,
    opacity: Object.fromEntries(
      trafficClasses.map((name) => [snake(name), traffic(classes[name])]),
    ),
    flows: totals.flows,
    evicted: { flows: evicted.flows, ...traffic(evicted) },
    cut_packets: totals.cut,
    too_deep_packets: totals.tooDeep,
    lone_fragments: totals.loneFragments,
    ethertypes: totals.ethertypes,
    where: where ?? null,
  }
  return `${JSON.stringify(summary)}\n`
}

const formatOf = (origin: PacketOrigin) => (origin.kind === 'file' ? origin.report.format : 'live')
const droppedOf = (origin: PacketOrigin) =>
  origin.kind === 'file' ? origin.report.dropped : origin.loss.dropped
const defectsOf = (origin: PacketOrigin, totals: WireTotals) => ({
  ...(origin.kind === 'file' ? origin.report.defects.list() : {}),
  ...totals.defects.list(),
})
const snake = (name: TrafficClass) => name.replaceAll('-', '_')
const traffic = ({ packets, wireBytes }: Traffic) => ({ packets, wire_bytes: wireBytes })

/** A flow under the names of the vocabulary, null where no packet tells, and what only the wire tells. */
export function flowLine(flow: WireFlow): string {
  const line = {
    type: 'flow',
    ...namedFields(flow.record, ''),
    host: null,
    state: null,
    retransmits: null,
    application: flow.application === 'unknown' ? null : flow.application,
    opacity: snake(flow.opacity),
    tunnel: flow.tunnel === 'none' ? null : flow.tunnel,
    tunnel_id: flow.tunnelId || null,
    tx_wire_bytes: flow.txWireBytes,
    rx_wire_bytes: flow.rxWireBytes,
  }
  return `${JSON.stringify(line)}\n`
}

/** Whether the answer is whole; one line for each reason why it is not. */
export function whatIsMissing({ origin, totals }: WireFindings): string[] {
  const defects = Object.entries(defectsOf(origin, totals))
  const dropped = droppedOf(origin)
  const { cut, tooDeep, loneFragments, evicted, classes } = totals
  const unknown = classes.undecoded.packets
  return [
    ...defects.map(([kind, count]) => `defect: ${count} ${kind}`),
    ...(dropped ? [`${dropped} packets were lost when they were captured`] : []),
    ...(origin.kind === 'interface' ? missingLive(origin) : []),
    ...(cut > 0 ? [`${cut} packets were captured too short to read all their headers`] : []),
    ...(tooDeep > 0
      ? [`${tooDeep} packets have more headers inside one another than are read`]
      : []),
    ...(loneFragments > 0
      ? [`${loneFragments} fragments came without the first, and have no ports`]
      : []),
    ...(unknown > 0 ? [`${unknown} packets could not be read at all and belong to no flow`] : []),
    ...(evicted.flows > 0
      ? [`${evicted.flows} flows did not fit: in the sums, not in the list`]
      : []),
  ]
}

function missingLive({
  loss,
  endedEarly,
}: PacketOrigin & { readonly kind: 'interface' }): string[] {
  return [
    ...(endedEarly === undefined ? [] : [endedEarly]),
    ...(loss.dropped === undefined ? ['whether packets were lost is not known here'] : []),
    ...(loss.unmeasured > 0
      ? [`${loss.unmeasured} packets do not tell their length, and count with what was captured`]
      : []),
  ]
}

/** The summary for eyes. */
export function summaryText({ origin, totals }: WireFindings): string {
  const { packets, wireBytes, classes } = totals
  const row = (name: TrafficClass) => {
    const { packets: some, wireBytes: bytes } = classes[name]
    return `${name.padEnd(13)} ${`${formatQuantity(bytes)}B`.padStart(7)} ${share(bytes, wireBytes)} ${String(some).padStart(12)} packets`
  }
  return [
    `${packets} packets, ${wireBytes} bytes on the wire, ${totals.flows} flows (${formatOf(origin)})`,
    ...trafficClasses.filter((name) => classes[name].packets > 0).map(row),
    '',
  ].join('\n')
}

const share = (part: number, whole: number) =>
  `${whole === 0 ? 0 : Math.round((part / whole) * 100)} %`.padStart(6)

const columns: readonly Column<WireFlow>[] = [
  { title: 'PROTO', align: 'left', cell: ({ record }) => protocolName(record.protocol) },
  { title: 'LOCAL', align: 'left', cell: ({ record: r }) => endpoint(r.localAddress, r.localPort) },
  {
    title: 'REMOTE',
    align: 'left',
    cell: ({ record: r }) => endpoint(r.remoteAddress, r.remotePort),
  },
  { title: 'TX BYTES', align: 'right', cell: ({ record }) => String(record.txBytes) },
  { title: 'RX BYTES', align: 'right', cell: ({ record }) => String(record.rxBytes) },
  {
    title: 'WIRE BYTES',
    align: 'right',
    cell: (flow) => String(flow.txWireBytes + flow.rxWireBytes),
  },
  {
    title: 'PACKETS',
    align: 'right',
    cell: ({ record }) => String(record.txPackets + record.rxPackets),
  },
  { title: 'OPACITY', align: 'left', cell: ({ opacity }) => opacity },
  {
    title: 'WHAT',
    align: 'left',
    cell: ({ application }) => (application === 'unknown' ? '-' : application),
  },
  { title: 'IN', align: 'left', cell: tunnelText },
  { title: 'FLAGS', align: 'left', cell: ({ record }) => flagNames(record.flags).join(',') },
]

function tunnelText({ tunnel, tunnelId }: WireFlow): string {
  if (tunnel === 'none') return '-'
  return tunnelId === 0 ? tunnel : `${tunnel}:${tunnelId}`
}

/** Flows as an aligned table, in the order given; byte counts exact. */
export const wireTable = (flows: readonly WireFlow[]): string => alignedTable(columns, flows)
