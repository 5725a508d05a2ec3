import type { CaptureFileReport } from '../capture/wire/files/read-capture-file.ts'
import type { WireFlow } from '../capture/wire/wire-flow.ts'
import type { Traffic, TrafficClass, WireTotals } from '../capture/wire/wire-totals.ts'
import { trafficClasses } from '../capture/wire/wire-totals.ts'
import { protocolName } from '../model/protocol-name.ts'
import { flagNames, isoTime, namedFields } from '../model/vocabulary.ts'
import { formatQuantity } from '../ui/text/units.ts'
import { alignedTable, type Column } from './aligned-table.ts'
import { endpoint } from './flow-listing.ts'

/** Version of this output; grows when a field changes its meaning or goes, not when one is added. */
const schema = 1

/** What was found in a capture file, but for its flows. */
export interface FileFindings {
  readonly file: string
  readonly report: CaptureFileReport
  readonly totals: WireTotals
  /** In its canonical text; the totals are of all flows all the same. */
  readonly where: string | undefined
}

/** The first line of `--format json`. */
export function summaryLine({ file, report, totals, where }: FileFindings): string {
  const { evicted, classes } = totals
  const summary = {
    type: 'summary',
    schema,
    file,
    format: report.format,
    packets: totals.packets,
    wire_bytes: totals.wireBytes,
    captured_bytes: totals.capturedBytes,
    start: isoTime(totals.first),
    end: isoTime(totals.last),
    defects: { ...report.defects.list(), ...totals.defects.list() },
    dropped_packets: report.dropped ?? null,
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
export function whatIsMissing({ report, totals }: FileFindings): string[] {
  const defects = Object.entries({ ...report.defects.list(), ...totals.defects.list() })
  const { cut, tooDeep, loneFragments, evicted, classes } = totals
  const unknown = classes.undecoded.packets
  return [
    ...defects.map(([kind, count]) => `defect: ${count} ${kind}`),
    ...(report.dropped ? [`${report.dropped} packets were lost when the file was captured`] : []),
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

/** The summary for eyes. */
export function summaryText({ totals, report }: FileFindings): string {
  const { packets, wireBytes, classes } = totals
  const row = (name: TrafficClass) => {
    const { packets: some, wireBytes: bytes } = classes[name]
    return `${name.padEnd(13)} ${`${formatQuantity(bytes)}B`.padStart(7)} ${share(bytes, wireBytes)} ${String(some).padStart(12)} packets`
  }
  return [
    `${packets} packets, ${wireBytes} bytes on the wire, ${totals.flows} flows (${report.format})`,
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
