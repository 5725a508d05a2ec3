import type { FlowColumns, NumberColumnName } from '../../model/flow-columns.ts'
import { limits } from '../../model/limits.ts'
import type { Millis } from '../../model/quantity.ts'
import type { TimeRange } from '../question.ts'
import { madeNumbers, type Batch, type Numbers } from './batch.ts'
import type { Selection } from './selection.ts'

/** Edges: those of the range, and each multiple of each of `steps` since 1970. */
export interface Edges {
  readonly range: TimeRange
  readonly steps: readonly Millis[]
}

const cutCounters = [
  'txBytes',
  'rxBytes',
  'txPackets',
  'rxPackets',
  'retransmits',
] as const satisfies readonly NumberColumnName[]
type CutCounter = (typeof cutCounters)[number]
const isCut = (name: NumberColumnName): name is CutCounter =>
  cutCounters.some((one) => one === name)

/**
 * Rows cut at the edges into pieces, as if a record had been written at each; pieces outside of the range are left out.
 * Of a counter a piece gets the whole number that falls to it when the counter grows evenly from start to end, so that
 * the pieces of a row sum to its counters exactly. In batches of bounded size: one record may lie in many bins.
 * @throws DamagedColumn
 */
export function* cutBatches(columns: FlowColumns, rows: Selection, edges: Edges): Generator<Batch> {
  const starts = columns.column('start')
  const ends = columns.column('end')
  let pieces = new Pieces()
  for (const row of rows) {
    const start = starts[row]!
    const end = ends[row]!
    for (const [from, to] of partsOf(start, end, edges)) {
      pieces.add(row, from, to)
      if (pieces.count < limits.piecesABatch) continue
      yield pieces.batch(columns)
      pieces = new Pieces()
    }
  }
  if (pieces.count > 0) yield pieces.batch(columns)
}

function* partsOf(start: number, end: number, { range, steps }: Edges) {
  const last = Math.min(end, range.to)
  let from = Math.max(start, range.from)
  if (start >= end) {
    if (end >= range.from && end < range.to) yield [end, end] as const
    return
  }
  while (from < last) {
    let to = last
    for (const step of steps) to = Math.min(to, (Math.floor(from / step) + 1) * step)
    yield [from, to] as const
    from = to
  }
}

class Pieces {
  readonly #rows: number[] = []
  readonly #from: number[] = []
  readonly #to: number[] = []

  get count(): number {
    return this.#rows.length
  }

  add(row: number, from: number, to: number): void {
    this.#rows.push(row)
    this.#from.push(from)
    this.#to.push(to)
  }

  batch(columns: FlowColumns): Batch {
    const rows = Uint32Array.from(this.#rows)
    const from = madeNumbers(Float64Array.from(this.#from))
    const to = madeNumbers(Float64Array.from(this.#to))
    const numbers = (name: NumberColumnName): Numbers => {
      if (name === 'start') return from
      if (name === 'end') return to
      if (isCut(name)) return madeNumbers(this.#shares(columns, name))
      return { values: columns.column(name), at: rows }
    }
    return { columns, rows, numbers, times: () => from }
  }

  #shares(columns: FlowColumns, name: CutCounter): Float64Array {
    const values = columns.column(name)
    const starts = columns.column('start')
    const ends = columns.column('end')
    return Float64Array.from(this.#rows, (row, k) => {
      const [value, start, end] = [values[row]!, starts[row]!, ends[row]!]
      if (start >= end) return value
      // Both rounded alike: what one piece ends with the next begins with.
      return grown(value, start, end, this.#to[k]!) - grown(value, start, end, this.#from[k]!)
    })
  }
}

/** How far a counter has grown at a time between start and end; it never falls, and is `value` at the end. */
const grown = (value: number, start: number, end: number, at: number): number =>
  Math.floor(value * ((at - start) / (end - start)))
