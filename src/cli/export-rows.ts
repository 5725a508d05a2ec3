import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isoTime, vocabulary } from '../model/vocabulary.ts'
import type { ExportedRows } from '../ui/exported-rows.ts'
import { jsonLines } from './json-lines.ts'
import { csvLine } from './query/csv.ts'

/** Writes what a view shows to a new file, as its name ends: .csv or .json. Gives what was written. */
export function exportRows(rows: ExportedRows, file: string): string {
  const isCsv = file.endsWith('.csv')
  if (!isCsv && !file.endsWith('.json')) throw new Error(`${file}: name a file .csv or .json`)
  try {
    // Never over a file that is there.
    writeFileSync(file, isCsv ? csvOf(rows) : jsonOf(rows), { flag: 'wx' })
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

function csvOf(rows: ExportedRows): string {
  const { host } = rows.coverage
  if (rows.kind === 'flows') {
    const names = Object.keys(vocabulary)
    const lines = rows.flows.map((flow) => Object.values(vocabulary).map((of) => of(flow, host)))
    return [names, ...lines].map(csvLine).join('')
  }
  const lines = rows.groups.map((group) => [...group.key, ...sums.map((name) => group[name])])
  return [[...rows.by, ...sumNames], ...lines].map(csvLine).join('')
}

const sums = ['flows', 'openFlows', 'txBytes', 'rxBytes', 'txPackets', 'rxPackets'] as const
const sumNames = ['flows', 'open_flows', 'tx_bytes', 'rx_bytes', 'tx_packets', 'rx_packets']

function jsonOf(rows: ExportedRows): string {
  const { coverage } = rows
  if (rows.kind === 'flows') return jsonLines({ rows, coverage })
  const status = jsonLines({ rows: { kind: 'totals', groups: [] }, coverage })
  const lines = rows.groups.map((group) => ({
    type: 'group',
    ...Object.fromEntries(rows.by.map((name, i) => [name, group.key[i]])),
    ...Object.fromEntries(sums.map((name, i) => [sumNames[i]!, group[name]])),
    to: isoTime(coverage.to),
  }))
  return status + lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
