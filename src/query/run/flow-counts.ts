import { endReasons } from '../../model/flow.ts'
import type { Batch } from './batch.ts'
import { PairSet } from './pair-set.ts'

const open = endReasons.indexOf('open')
const active = endReasons.indexOf('active')

/**
 * Counts flows, not records: in each group, each flow that has a record (or a piece of one) in it, once. A flow whose only
 * record is its last needs no more than a count. Of the others, which were exported while they went on, it is remembered
 * in which groups they were met; a flow's last record comes after the others of its run, so by then it is known that
 * there are others. Records of no flow (what privacy rules withheld) count nothing.
 */
export class FlowCounts {
  /** Flows of several records, by run of the recorder: ids are unique within one only. */
  readonly #runs = new Map<number, ManyRecords>()
  readonly #met = new PairSet()
  #flows = 0

  /** `count` gets the group of each flow that is met in it for the first time. @throws DamagedColumn */
  prepare(batch: Batch, run: number): (groups: Uint32Array, totals: Float64Array) => void {
    const { rows } = batch
    const ids = batch.columns.column('id')
    const reasons = batch.columns.column('endReason')
    return (groups, totals) => {
      const many = this.#many(run)
      for (let k = 0; k < rows.length; k++) {
        const row = rows[k]!
        const id = ids[row]!
        if (id === 0) continue
        const reason = reasons[row]!
        const isLast = reason !== open && reason !== active
        const isOne = isLast && rows[k + 1] !== row && rows[k - 1] !== row
        if (
          (isOne && !many.has(id)) ||
          this.#met.add(
            groups[k]!,
            many.numberOf(id, () => this.#flows++),
          )
        )
          totals[groups[k]!]! += 1
      }
    }
  }

  /** Memory that grows with the flows; nearly. */
  bytes(): number {
    return [...this.#runs.values()].reduce((sum, run) => sum + run.bytes, this.#met.bytes)
  }

  #many(run: number): ManyRecords {
    const known = this.#runs.get(run) ?? new ManyRecords()
    this.#runs.set(run, known)
    return known
  }
}

const pageBits = 16
/** Of an entry of a `Map` of numbers. */
const numberBytes = 40

/** Flows of a run that have several records. Ids grow with time: pages of bits, asked for each record. */
class ManyRecords {
  readonly #pages: (Uint8Array | undefined)[] = []
  readonly #numbers = new Map<number, number>()

  get bytes(): number {
    return Object.keys(this.#pages).length * 2 ** pageBits + this.#numbers.size * numberBytes
  }

  has(id: number): boolean {
    const page = this.#pages[Math.floor(id / 2 ** pageBits)]
    return page !== undefined && page[id % 2 ** pageBits] === 1
  }

  numberOf(id: number, next: () => number): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = next()
    this.#numbers.set(id, number)
    const at = Math.floor(id / 2 ** pageBits)
    const page = (this.#pages[at] ??= new Uint8Array(2 ** pageBits))
    page[id % 2 ** pageBits] = 1
    return number
  }
}
