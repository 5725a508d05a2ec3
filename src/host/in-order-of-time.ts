import { DamagedColumn } from '../model/damaged-column.ts'
import type { BlockSpace } from '../model/kernels/room.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import type { FlowsGiven } from '../query/run/question-run.ts'
import type { BlockGiven, BlockTaker } from './log-reading.ts'

/** Counts blocks. */
export interface BlockRun extends Pick<BlockTaker, 'groups' | 'memory'> {
  /** None: what is added is counted then. */
  readonly spacesHeld: () => readonly []
  /** @throws DamagedColumn, and then nothing of it is counted */
  readonly add: (given: FlowsGiven) => void
}

/** A block of which the rows that ended from `from` on are still to be counted. */
interface Held {
  readonly block: BlockGiven
  readonly from: HostTime
}

/**
 * Counts rows in the order of time, though blocks reach over each other: what ended after a later block begins waits for
 * that block. So where a reading stops, all that ended before some moment has been counted and nothing that ended after,
 * and a question that goes on from there counts no row twice.
 */
export class InOrderOfTime implements BlockTaker {
  readonly #run: BlockRun
  #held: Held[] = []

  constructor(run: BlockRun) {
    this.#run = run
  }

  get groups(): number {
    return this.#run.groups
  }

  get memory(): number {
    return this.#run.memory
  }

  spacesHeld(): readonly BlockSpace[] {
    return this.#held.map(({ block }) => block.columns.space)
  }

  add(block: BlockGiven): void {
    const to = block.laterFrom
    // Those before it were written before, as the run of a question needs them.
    this.#count(to)
    if (block.ends.to < to) return this.#run.add(block)
    this.#run.add({ ...block, endedWithin: { from: hostTime(-Infinity), to } })
    this.#held.push({ block, from: to })
    // A clock that was set back makes all blocks overlap: better to count some twice than to keep them all.
    if (this.#held.length > limits.blocksHeldMax) this.countAll()
  }

  /** For a reading that came to its end. */
  countAll(): void {
    this.#count(hostTime(Infinity))
  }

  #count(to: HostTime): void {
    const held = this.#held
    this.#held = []
    for (const one of held) {
      const { block, from } = one
      if (to <= from || this.#add({ block, from }, to)) this.#holdFrom(one, to)
    }
  }

  /** False where it turns out to be damaged. */
  #add({ block, from }: Held, to: HostTime): boolean {
    try {
      this.#run.add({ ...block, endedWithin: { from, to } })
      return true
    } catch (error) {
      if (!(error instanceof DamagedColumn)) throw error
      block.onDamage()
      return false
    }
  }

  #holdFrom({ block, from }: Held, to: HostTime): void {
    if (block.ends.to >= to) this.#held.push({ block, from: hostTime(Math.max(from, to)) })
  }
}
