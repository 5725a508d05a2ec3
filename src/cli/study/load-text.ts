import { flowBytes, recordBytes, type TimerLoad } from '../../analysis/load/flow-load.ts'
import { plural } from '../../ui/text/plural.ts'
import { formatDuration, formatQuantity } from '../../ui/text/units.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import { csvLine } from '../query/csv.ts'
import type { InputRates, StudyInputs } from './read-inputs.ts'
import { studyChart } from './study-chart.ts'
import { jsonLine, one, studySchema, type StudyStyle } from './study-format.ts'

/** How many flows begin, and what a table of them takes: of all inputs together, and of each. */
export function ratesText({ kind, inputs, load }: StudyInputs, { format }: StudyStyle): string {
  const all: InputRates = { input: 'all', rates: load.rates() }
  const rows = inputs.length === 1 ? [all] : [all, ...inputs]
  if (format === 'table')
    return [
      alignedTable(rateColumns, rows.slice(0, rowsShown)),
      rows.length > rowsShown ? `and ${rows.length - rowsShown} more\n` : '',
      `\nA flow takes ${flowBytes} bytes of a table until it ends or is silent for 90 s.\n`,
    ].join('')
  const named = rows.map(({ input, rates }) => ({
    input: input === 'all' ? '' : input,
    seconds: rates.seconds,
    flows: rates.flows,
    mean_flows_per_second: rates.mean,
    max_flows_per_second: rates.max,
    max_live_flows: rates.liveMax,
    table_bytes: rates.tableBytes,
  }))
  if (format === 'csv')
    return [Object.keys(named[0]!), ...named.map(Object.values)].map(csvLine).join('')
  const head = { type: 'study', schema: studySchema, study: 'rates', of: kind }
  return [head, ...named.map((row) => ({ type: 'rates', ...row }))].map(jsonLine).join('')
}

const rowsShown = 50

const rateColumns: readonly Column<InputRates>[] = [
  { title: 'INPUT', align: 'left', cell: ({ input }) => input },
  { title: 'TIME', align: 'right', cell: ({ rates }) => formatDuration(rates.seconds * 1000) },
  { title: 'FLOWS', align: 'right', cell: ({ rates }) => String(rates.flows) },
  { title: 'MEAN/s', align: 'right', cell: ({ rates }) => rates.mean.toFixed(2) },
  { title: 'MAX/s', align: 'right', cell: ({ rates }) => String(rates.max) },
  { title: 'LIVE AT ONCE', align: 'right', cell: ({ rates }) => String(rates.liveMax) },
  { title: 'TABLE', align: 'right', cell: ({ rates }) => `${formatQuantity(rates.tableBytes)}B` },
]

/** What all hosts together write, by export timer. */
export function exportTimerText({ kind, inputs, load }: StudyInputs, style: StudyStyle): string {
  const timers = load.timers()
  if (style.format === 'table') {
    const most = timers[0]!.bytesPerSecond
    const shares = timers.map(({ bytesPerSecond }) =>
      most === 0 ? 0 : (100 * bytesPerSecond) / most,
    )
    const chart = {
      title: 'Bytes written a second, in % of those at an export timer of 1 s',
      curves: [{ title: 'written', values: shares }],
      axes: { most: 100, labels: timers.map(({ seconds }) => `${seconds}s`) },
    }
    return [
      `${plural(load.rates().flows, 'flow')} of ${plural(inputs.length, one[kind])}, ${recordBytes} bytes a record; at most: a flow that is silent for a period writes nothing then\n\n`,
      alignedTable(timerColumns, timers),
      studyChart(chart, style),
    ].join('')
  }
  const named = timers.map(({ seconds, records, recordsPerSecond, bytesPerSecond }) => ({
    export_timer_seconds: seconds,
    records,
    records_per_second: recordsPerSecond,
    bytes_per_second: bytesPerSecond,
  }))
  if (style.format === 'csv')
    return [Object.keys(named[0]!), ...named.map(Object.values)].map(csvLine).join('')
  const head = { type: 'study', schema: studySchema, study: 'export-timer', of: kind }
  return [head, ...named.map((row) => ({ type: 'timer', ...row }))].map(jsonLine).join('')
}

const daySeconds = 86_400

const timerColumns: readonly Column<TimerLoad>[] = [
  { title: 'EXPORT TIMER', align: 'right', cell: ({ seconds }) => `${seconds} s` },
  { title: 'RECORDS', align: 'right', cell: ({ records }) => String(records) },
  { title: 'RECORDS/s', align: 'right', cell: (timer) => timer.recordsPerSecond.toFixed(2) },
  {
    title: 'BYTES/s',
    align: 'right',
    cell: (timer) => `${formatQuantity(timer.bytesPerSecond)}B`,
  },
  {
    title: 'A DAY',
    align: 'right',
    cell: (timer) => `${formatQuantity(timer.bytesPerSecond * daySeconds)}B`,
  },
]
