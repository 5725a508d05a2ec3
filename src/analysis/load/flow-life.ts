import { flowFlag, type FlowRecord } from '../../model/flow.ts'
import type { HostTime } from '../../model/quantity.ts'

/** From a flow's first packet to its last, in ms. */
export interface FlowLife {
  readonly start: HostTime
  readonly end: HostTime
  /** It began then; else it was there before anybody looked. */
  readonly began: boolean
  /** Somebody said so; else it may have gone on, and a flow table keeps it until it is idle for long enough. */
  readonly ended: boolean
}

/** A flow that is known whole. */
export const lifeOf = ({ start, end, flags, endReason }: FlowRecord): FlowLife => ({
  start,
  end,
  began: (flags & flowFlag.partial) === 0,
  ended: endReason !== 'open' && endReason !== 'active',
})

/** Joins the records of one run of a recorder, which come in the order of writing, to whole flows. */
export class RecordedLives {
  readonly #open = new Map<number, FlowLife>()

  /** Whether the record is the first of its flow; `whole` is called with what has ended by it. */
  add(record: FlowRecord, whole: (life: FlowLife) => void): boolean {
    const known = this.#open.get(record.id)
    const life = lifeOf(record)
    const joined = known ? { ...life, start: known.start, began: known.began } : life
    if (joined.ended) {
      this.#open.delete(record.id)
      whole(joined)
    } else this.#open.set(record.id, joined)
    return known === undefined
  }

  /** Flows that were open when the log ended. */
  rest(): Iterable<FlowLife> {
    return this.#open.values()
  }
}
