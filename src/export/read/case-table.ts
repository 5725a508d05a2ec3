import { addressBytes } from '../../model/address.ts'
import { directions, endReasons, tcpStates } from '../../model/flow.ts'
import { limits } from '../../model/limits.ts'
import { flowColumnAt, tables } from '../case/tables.ts'
import { IntegerTable } from '../sqlite/integer-table.ts'
import { noTree } from '../sqlite/page-reader.ts'
import type { CaseNames } from './case-names.ts'

export type CaseColumn = (typeof tables.flow.columns)[number]['name']

/** Rows of `flow` by column, each checked to be of flows when it is asked for: whoever altered a case may have put anything into it. */
export class CaseTable {
  readonly #table = new IntegerTable(tables.flow.columns.length, limits.blockRowsMax)
  readonly #largest: Readonly<Partial<Record<CaseColumn, number>>>
  readonly #checked = new Map<CaseColumn, Float64Array>()

  constructor(names: CaseNames) {
    this.#largest = largestValues(names)
  }

  get rows(): number {
    return this.#table.rows
  }

  /** Of leaves that lie one behind the other. @throws ExportError */
  load(bytes: Uint8Array, pageBytes: number): void {
    this.#checked.clear()
    this.#table.load(bytes, pageBytes)
  }

  /** Of all rows, until the next `load`. @throws ExportError where a row is no record of a flow */
  column(name: CaseColumn): Float64Array {
    const known = this.#checked.get(name)
    if (known) return known
    const values = this.#table.column(flowColumnAt(name))
    const least = numbered.has(name) ? 1 : 0
    const row = rowOutside(values, least, this.#largest[name] ?? Number.MAX_SAFE_INTEGER)
    if (row !== undefined) throw noTree(`flow ${this.#table.column(0)[row]} is no record of a flow`)
    this.#checked.set(name, values)
    return values
  }
}

/** Of rows of other tables, which are numbered from 1 on. */
const numbered: ReadonlySet<CaseColumn> = new Set<CaseColumn>([
  'id',
  'run',
  'local_addr',
  'remote_addr',
  'proc',
  'opened_by',
])

/** What each column has at most. */
function largestValues({
  addresses,
  owners,
  runs,
}: CaseNames): Readonly<Partial<Record<CaseColumn, number>>> {
  const addressCount = addresses.length / addressBytes
  return {
    run: runs.length,
    protocol: 0xff,
    direction: directions.length - 1,
    local_addr: addressCount,
    remote_addr: addressCount,
    local_port: 0xffff,
    remote_port: 0xffff,
    proc: owners.length,
    opened_by: owners.length,
    netns: 0xffff_ffff,
    rtt_us: 0xffff_ffff,
    retransmits: 0xffff_ffff,
    state: tcpStates.length - 1,
    end_reason: endReasons.length - 1,
    flags: 0xff,
  }
}

function rowOutside(values: Float64Array, least: number, most: number): number | undefined {
  for (let row = 0; row < values.length; row++)
    if (!(values[row]! >= least && values[row]! <= most)) return row
  return undefined
}
