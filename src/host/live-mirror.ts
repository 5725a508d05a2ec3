import type { FlowRecord } from '../model/flow.ts'
import { limits } from '../model/limits.ts'
import { millis, type Millis } from '../model/quantity.ts'
import type { Filter } from '../query/filter/filter.ts'
import { flowPredicate } from '../query/filter/flow-predicate.ts'
import type { GroupKey } from '../query/question.ts'
import { Totals } from '../query/totals.ts'
import { LetGoTotals, type LetGo } from './let-go-totals.ts'
import { countedFrom } from './count-from.ts'

/** How long and how many ended flows a mirror keeps. */
export interface MirrorRules {
  readonly endedFor: Millis
  readonly endedMax: number
  /** Counters of a flow begin where the flow did, or where the mirror did. */
  readonly countFrom: 'flow' | 'first-tick'
}

/**
 * A reader's copy of the recorder's flow table, built from its rows, with the flows that ended a while ago. What it
 * lets go stays in its totals, so that a process keeps its total after its last flow has left the screen.
 */
export class LiveMirror {
  readonly #rules: MirrorRules
  readonly #open = new Map<number, FlowRecord>()
  /** In the order in which they ended. */
  readonly #ended = new Map<number, FlowRecord>()
  readonly #letGo = new LetGoTotals()
  /** Open before a reset and not heard of since. */
  #unconfirmed = new Set<number>()
  /** Rows of the first tick, where counting begins there. */
  #base: ReadonlyMap<number, FlowRecord> | undefined

  constructor(rules: MirrorRules) {
    this.#rules = rules
  }

  /** What is kept of flows that are no longer in the rows. */
  letGo(where?: Filter): LetGo {
    return this.#letGo.of(where)
  }

  /** Takes a newer row of each flow. */
  update(rows: readonly FlowRecord[]): void {
    for (const told of rows) {
      const base = this.#base?.get(told.id)
      const row = base ? countedFrom(base, told) : told
      this.#unconfirmed.delete(row.id)
      if (row.endReason === 'open') {
        this.#open.set(row.id, row)
      } else {
        this.#open.delete(row.id)
        this.#ended.set(row.id, row)
      }
    }
  }

  /** Flows that ended before the first tick, in the order of their ends. */
  addPast(flows: readonly FlowRecord[]): void {
    for (const flow of flows)
      if (!this.#open.has(flow.id) && !this.#ended.has(flow.id)) this.#ended.set(flow.id, flow)
  }

  /** The rows up to the end of the tick are all open flows: others ended unseen. */
  reset(): void {
    this.#unconfirmed = new Set(this.#open.keys())
  }

  /** Lets go of flows that ended too long before `now`, and of the oldest past the limit. */
  endTick(now: number): void {
    if (this.#rules.countFrom === 'first-tick' && !this.#base) {
      const rows = this.flows()
      this.#base = new Map(rows.map((row) => [row.id, row]))
      this.update(rows)
    }
    for (const id of this.#unconfirmed) this.#endUnseen(id)
    this.#unconfirmed.clear()
    for (const [id, flow] of this.#ended) {
      const tooMany = this.#ended.size > this.#rules.endedMax
      if (!tooMany && now - flow.end < this.#rules.endedFor) break
      this.#ended.delete(id)
      this.#letGo.add(flow)
    }
  }

  /** Its end was in rows that were not sent: the last row that was heard stands. */
  #endUnseen(id: number): void {
    const row = this.#open.get(id)
    if (!row) return
    this.#open.delete(id)
    this.#ended.set(id, { ...row, endReason: 'lack of resources' })
  }

  flows(where?: Filter): FlowRecord[] {
    const flows = [...this.#open.values(), ...this.#ended.values()]
    return where ? flows.filter(flowPredicate(where)) : flows
  }

  /** `host` is the value of the key of that name. */
  totals(by: readonly GroupKey[], host: string, where?: Filter): Totals {
    const totals = new Totals(by, host)
    this.#letGo.addTo(totals, host, where)
    for (const flow of this.flows(where)) totals.add(flow)
    return totals
  }
}

/** For a screen: a minute is long enough to read a row that has ended. */
export const screenRules: MirrorRules = {
  endedFor: millis(60_000),
  endedMax: limits.endedFlowsMax,
  countFrom: 'flow',
}

/** For a screen over a recorder that keeps a log: the last hour, of which a screen can show so much. */
export const attachedScreenRules: MirrorRules = {
  endedFor: millis(3_600_000),
  endedMax: limits.pastFlowsMax,
  countFrom: 'flow',
}

/** For one look: every flow that ends during it is part of the answer. */
export const wholeLookRules: MirrorRules = {
  endedFor: millis(Infinity),
  endedMax: limits.endedFlowsMax,
  countFrom: 'flow',
}

/** The same at a recorder that has run for longer than the look. */
export const attachedLookRules: MirrorRules = { ...wholeLookRules, countFrom: 'first-tick' }
