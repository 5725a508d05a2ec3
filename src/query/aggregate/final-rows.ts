import { hostTime } from '../../model/quantity.ts'
import type { GroupName } from '../group-name.ts'
import type { GroupColumns } from '../partial-groups.ts'
import type { Measured } from './bounds.ts'
import { measuredAt, type MeasuredColumn } from './measured-column.ts'

export interface FinalRow extends GroupName {
  /** One a measure, in the question's order. */
  readonly values: readonly Measured[]
  /** Surely one of the largest so many, whatever the groups hold that were not sent. */
  readonly certified: boolean
}

export interface FinalColumns extends Pick<GroupColumns, 'keys' | 'bins'> {
  /** One a measure, in the question's order. */
  readonly measured: readonly MeasuredColumn[]
}

/** What a row must have in the first measure to be certain. */
export interface CertainFrom {
  /** As rows are ranked by it: a rate is still its total. */
  readonly ranks: MeasuredColumn
  readonly bar: number
}

/**
 * The rows of an answer, column by column: a day of a hundred programs in bins of five minutes has thirty thousand, and
 * to make objects of them all takes as long as to read the log for them. Whoever reads many reads the columns.
 */
export class FinalRows implements Iterable<FinalRow> {
  readonly columns: FinalColumns
  readonly #certain: CertainFrom

  constructor(columns: FinalColumns, certain: CertainFrom) {
    this.columns = columns
    this.#certain = certain
  }

  get length(): number {
    return this.columns.keys.length
  }

  at(row: number): FinalRow {
    const { keys, bins } = this.columns
    const key = keys.at(row)
    const values = this.valuesAt(row)
    const certified = this.isCertified(row)
    if (!bins) return { key, values, certified }
    return { key, bin: hostTime(bins[row]!), values, certified }
  }

  valuesAt(row: number): readonly Measured[] {
    return this.columns.measured.map((column) => measuredAt(column, row))
  }

  isCertified(row: number): boolean {
    const { ranks, bar } = this.#certain
    const { estimated, value, low } = measuredAt(ranks, row)
    // Where nothing was there to measure, the bounds are of what may be missing: it ranks as 0.
    return !estimated && (value === null ? 0 : (low ?? 0)) >= bar
  }

  /** The same rows, where it is known that no group without one can be above them. */
  allCertain(): FinalRows {
    return new FinalRows(this.columns, { ...this.#certain, bar: -Infinity })
  }

  *[Symbol.iterator](): Generator<FinalRow> {
    for (let row = 0; row < this.length; row++) yield this.at(row)
  }
}
