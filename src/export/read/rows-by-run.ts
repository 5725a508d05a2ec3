import type { CaseTable } from './case-table.ts'

/** The rows of each run among some, by `run.id`; most blocks are of one. */
export function rowsByRun(table: CaseTable, rows: Uint32Array): ReadonlyMap<number, Uint32Array> {
  const runs = table.column('run')
  const first = rows[0]
  if (first === undefined) return new Map()
  if (isOfOneRun(runs, rows)) return new Map([[runs[first]!, rows]])
  const lists = new Map<number, number[]>()
  for (const row of rows) {
    const run = runs[row]!
    const known = lists.get(run)
    if (known) known.push(row)
    else lists.set(run, [row])
  }
  return new Map([...lists].map(([run, list]) => [run, Uint32Array.from(list)]))
}

function isOfOneRun(runs: Float64Array, rows: Uint32Array): boolean {
  for (let i = 1; i < rows.length; i++) if (runs[rows[i]!] !== runs[rows[0]!]) return false
  return true
}
