import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { rowsDatabase } from '../../export/view/rows-database.ts'
import { isoTime, vocabulary } from '../../model/vocabulary.ts'
import type { ExportedRows } from '../../ui/exported-rows.ts'
import { jsonLines } from '../json-lines.ts'
import { csvLine } from '../query/csv.ts'

/** The forms of a file of rows, by the ends of its name. */
const forms: Readonly<Record<string, (rows: ExportedRows) => Promise<string | Uint8Array>>> = {
  csv: async (rows) => [columnsOf(rows), ...cellsOf(rows)].map(csvLine).join(''),
  json: async (rows) => jsonOf(rows),
  sqlite: async (rows) => {
    return rowsDatabase({
      name: rows.kind,
      columns: columnsOf(rows),
      rows: cellsOf(rows).map((cells) =>
        cells.map((cell) => (typeof cell === 'object' && cell ? cell.join(' ') : cell)),
      ),
      coverage: statusOf(rows).trimEnd(),
    })
  },
}

/** Writes what a view shows to a new file, in the form that its name ends with. Gives what was written. */
export async function exportRows(rows: ExportedRows, file: string): Promise<string> {
  const form = forms[/\.(\w+)$/.exec(file)?.[1] ?? '']
  if (!form) throw new Error(`${file}: name a file .csv, .json or .sqlite`)
  try {
    // Never over a file that is there.
    writeFileSync(file, await form(rows), { flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const isThere = 'code' in error && error.code === 'EEXIST'
    throw new Error(isThere ? `${file} is there already` : `not written: ${error.message}`, {
      cause: error,
    })
  }
  const count = rows.kind === 'flows' ? rows.flows.length : rows.groups.length
  return `${count} ${rows.kind} in ${resolve(file)}`
}

const sums = ['flows', 'openFlows', 'txBytes', 'rxBytes', 'txPackets', 'rxPackets'] as const
const sumNames = ['flows', 'open_flows', 'tx_bytes', 'rx_bytes', 'tx_packets', 'rx_packets']

const columnsOf = (rows: ExportedRows): readonly string[] =>
  rows.kind === 'flows' ? Object.keys(vocabulary) : [...rows.names, ...sumNames]

function cellsOf(rows: ExportedRows) {
  if (rows.kind === 'groups')
    return rows.groups.map((group) => [...group.key, ...sums.map((name) => group[name])])
  const { host } = rows.coverage
  return rows.flows.map((flow, i) =>
    Object.values(vocabulary).map((of) => of(flow, rows.hosts?.[i] ?? host)),
  )
}

const statusOf = ({ coverage }: ExportedRows): string =>
  jsonLines({ rows: { kind: 'totals', groups: [] }, coverage })

function jsonOf(rows: ExportedRows): string {
  const { coverage } = rows
  if (rows.kind === 'flows') {
    const { flows, hosts } = rows
    return jsonLines({ rows: { kind: 'flows', flows, ...(hosts ? { hosts } : {}) }, coverage })
  }
  const lines = rows.groups.map((group) => ({
    type: 'group',
    ...Object.fromEntries(rows.names.map((name, i) => [name, group.key[i]])),
    ...Object.fromEntries(sums.map((name, i) => [sumNames[i]!, group[name]])),
    to: isoTime(coverage.to),
  }))
  return statusOf(rows) + lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
