import type {
  ApplicationCoverage,
  CoveragePoint,
  CoverageStudy,
} from '../../analysis/coverage/coverage-study.ts'
import { plural } from '../../ui/text/plural.ts'
import { formatQuantity } from '../../ui/text/units.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import { percent } from '../percent.ts'
import { csvLine } from '../query/csv.ts'
import type { StudyInputs } from './read-inputs.ts'
import { studyChart } from './study-chart.ts'
import { jsonLine, one, studySchema, type StudyStyle } from './study-format.ts'

/** How much of the traffic is seen by how many hosts, as text. */
export function coverageText(study: CoverageStudy, inputs: StudyInputs, style: StudyStyle): string {
  switch (style.format) {
    case 'json':
      return asJson(study, inputs)
    case 'csv':
      return asCsv(study)
    case 'table':
      return asTable(study, inputs, style)
  }
}

function asJson(study: CoverageStudy, { kind, inputs }: StudyInputs): string {
  const { hosts, bytes, flows, needed, first } = study
  const inputsRead = inputs.length
  const summary = { type: 'study', schema: studySchema, study: 'coverage', of: kind }
  const points = study.points.map((point, i) => ({
    type: 'point',
    ...flat(point),
    applications: Object.fromEntries(
      study.applications.map(({ service, largest }) => [service, largest[i]]),
    ),
  }))
  const head = { ...summary, inputs: inputsRead, hosts, bytes, flows, needed, first }
  return [head, ...points].map(jsonLine).join('')
}

const flat = ({ hosts, share, largest, random }: CoveragePoint) => ({
  hosts,
  share,
  largest_bytes: largest.bytes,
  largest_flows: largest.flows,
  random_bytes: random.bytes.mean,
  random_bytes_low: random.bytes.low,
  random_bytes_high: random.bytes.high,
  random_flows: random.flows.mean,
  random_flows_low: random.flows.low,
  random_flows_high: random.flows.high,
})

function asCsv({ points, applications }: CoverageStudy): string {
  const rows = points.map((point, i) => [
    ...Object.values(flat(point)),
    ...applications.map(({ largest }) => largest[i]!),
  ])
  const none = {
    hosts: 0,
    share: 0,
    largest: noShare,
    random: { bytes: noSpread, flows: noSpread },
  }
  const head = [...Object.keys(flat(none)), ...applications.map(({ service }) => service)]
  return [head, ...rows].map(csvLine).join('')
}
const noShare = { bytes: 0, flows: 0 }
const noSpread = { mean: 0, low: 0, high: 0 }

/** Shares of the hosts that a table shows. */
const sharesShown = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
const applicationShares = [0.01, 0.1]

function asTable(study: CoverageStudy, { kind, inputs }: StudyInputs, style: StudyStyle): string {
  const { hosts, bytes, flows } = study
  const read = plural(inputs.length, one[kind])
  if (bytes === 0) return `no traffic of any host of the site in ${read}\n`
  const shown = [...new Set(sharesShown.map((share) => pointAt(study.points, share * hosts)))]
  const needed = study.needed.map(({ share, hosts: count }) => `${percent(share)} by ${count}`)
  return [
    `${plural(hosts, 'host')}, ${formatQuantity(bytes)}B, ${formatQuantity(flows)} flows, of ${read}\n`,
    `Hosts of most bytes that see: ${needed.join(', ')}\n\n`,
    alignedTable(
      pointColumns,
      shown.map((i) => study.points[i]!),
    ),
    '\nInstrument first, and what is seen with each and all before it:\n',
    alignedTable(firstColumns, study.first),
    '\nBytes of the largest services that the same hosts see:\n',
    alignedTable(applicationColumns(study), study.applications),
    studyChart(chartOf(study), style),
  ].join('')
}

/** Index of the first point of at least so many hosts. */
const pointAt = (points: readonly CoveragePoint[], hosts: number) =>
  points.findIndex((point) => point.hosts >= Math.max(1, Math.round(hosts)))

const chartOf = ({ points, hosts }: CoverageStudy) => ({
  title: `Bytes seen (%) by share of ${plural(hosts, 'host')} instrumented`,
  curves: [
    curve('largest first', points, ({ largest }) => largest.bytes),
    curve('by chance, mean', points, ({ random }) => random.bytes.mean),
    curve('lowest of 95 % of 100 trials', points, ({ random }) => random.bytes.low),
    curve('highest', points, ({ random }) => random.bytes.high),
  ],
  // One host is the least, and a logarithmic axis has no 0.
  axes: { most: 100, labels: points.slice(1).map(({ share }) => percent(share).replace(' ', '')) },
})

const curve = (
  title: string,
  points: readonly CoveragePoint[],
  of: (point: CoveragePoint) => number,
) => ({ title, values: points.slice(1).map((point) => 100 * of(point)) })

const pointColumns: readonly Column<CoveragePoint>[] = [
  { title: 'HOSTS', align: 'right', cell: ({ hosts }) => String(hosts) },
  { title: 'SHARE', align: 'right', cell: ({ share }) => percent(share) },
  { title: 'BYTES, LARGEST', align: 'right', cell: ({ largest }) => percent(largest.bytes) },
  { title: 'FLOWS', align: 'right', cell: ({ largest }) => percent(largest.flows) },
  { title: 'BYTES, BY CHANCE', align: 'right', cell: ({ random }) => percent(random.bytes.mean) },
  {
    title: '95 % OF TRIALS',
    align: 'right',
    cell: ({ random: { bytes } }) => `${percent(bytes.low)} .. ${percent(bytes.high)}`,
  },
  { title: 'FLOWS', align: 'right', cell: ({ random }) => percent(random.flows.mean) },
]

const firstColumns: readonly Column<CoverageStudy['first'][number]>[] = [
  { title: 'HOST', align: 'left', cell: ({ host }) => host },
  { title: 'BYTES SEEN', align: 'right', cell: ({ bytes }) => percent(bytes) },
]

function applicationColumns({ points, hosts }: CoverageStudy): Column<ApplicationCoverage>[] {
  return [
    { title: 'SERVICE', align: 'left', cell: ({ service }) => service },
    { title: 'BYTES', align: 'right', cell: ({ bytes }) => `${formatQuantity(bytes)}B` },
    { title: 'FLOWS', align: 'right', cell: ({ flows }) => formatQuantity(flows) },
    ...[...new Set(applicationShares.map((share) => pointAt(points, share * hosts)))].map(
      (at): Column<ApplicationCoverage> => ({
        title: `BY ${plural(points[at]!.hosts, 'host').toUpperCase()}`,
        align: 'right',
        cell: ({ largest }) => percent(largest[at]!),
      }),
    ),
  ]
}
