import { endReasons, flowFlag, type EndReason, type FlowRecord } from '../model/flow.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type HostTime, type Millis } from '../model/quantity.ts'
import type { FlowSample } from '../model/sample.ts'
import { activeFlows, idleFlows } from './due-flows.ts'
import { counterGroup, FlowSlots, slotUse } from './flow-columns.ts'
import { copyGroup, countSample, hasNews } from './flow-counters.ts'
import { writeIdentity } from './flow-identity.ts'
import { FlowIndex, hashOf } from './flow-index.ts'
import { flowRecords } from './flow-row.ts'
import { oldestFlows } from './oldest-flows.ts'
import { recordedUntil } from './recorded-until.ts'
import { defaultTimers, type TimerRules } from './timer-rules.ts'

/** Losing the oldest 1/16 at once makes the search for them cheap per flow. */
const evictedShare = 16
const reasonNumber = (reason: EndReason) => endReasons.indexOf(reason)

/**
 * The live flows of a host. Samples come in, records that are due and rows that changed go out. Pure: it has no
 * clock, and no order of calls makes a byte count twice or a counter negative.
 *
 * Each tick of the owner: `observe` every sample, then `takeDue(now)` or `dropDue`, then `takeChanges` or `dropChanges`.
 */
export class FlowTable {
  readonly #slots = new FlowSlots()
  readonly #index = new FlowIndex(this.#slots)
  #timers: TimerRules
  readonly #flowsMax: number
  #lastId = 0
  /** Ended slots whose last record is not yet taken, and those that wait only for their last row. */
  #ended: number[] = []
  #settled: number[] = []
  #live = 0
  #evicted = 0
  #evictedAt = hostTime(0)

  constructor(timers: TimerRules = defaultTimers, flowsMax: number = limits.flowsMax) {
    this.#timers = timers
    this.#flowsMax = flowsMax
  }

  /** Flows that are neither ended nor silent past the idle timeout. */
  get liveFlows(): number {
    return this.#live
  }

  /** Flows that had to go before their end because the table was full; they ended with `lack of resources`. */
  get evicted(): { readonly count: number; readonly last: HostTime } {
    return { count: this.#evicted, last: this.#evictedAt }
  }

  /** From the next `takeDue` on. */
  setTimers(timers: TimerRules): void {
    this.#timers = timers
  }

  /** The host's clock was set, by `step`: what was seen on the old one moves with it, so that every age stays true. */
  shiftTimes(step: Millis): void {
    const { columns, top } = this.#slots
    for (const times of [columns.start, columns.last, columns.exportedAt])
      for (let slot = 0; slot < top; slot++) times[slot]! += step
    this.#evictedAt = hostTime(this.#evictedAt + step)
  }

  observe(sample: FlowSample): void {
    const hash = hashOf(sample)
    let slot = this.#index.find(sample, hash)
    if (slot < 0) slot = this.#begin(sample, hash)
    const { columns } = this.#slots
    if (columns.use[slot] === slotUse.dormant) {
      // Its last record is written; all that can still come without news is that its socket closes.
      if (!hasNews(columns, slot, sample)) return sample.closed ? this.#settle(slot) : undefined
      this.#wake(slot, sample)
    }
    columns.changed[slot] = 1
    columns.last[slot] = Math.max(columns.last[slot]!, sample.last)
    columns.state[slot] = sample.state
    columns.rttUs[slot] = sample.rttUs
    if (sample.carrier) columns.flags[slot]! |= flowFlag.carrier
    this.#slots.owners[slot] = sample.owner
    this.#slots.actors[slot] = sample.actor
    countSample(columns, slot, sample)
    if (sample.closed) this.#end(slot, 'end detected')
  }

  /**
   * Records due at `now`: of flows that ended since the last call, of those silent for the idle timeout (which end
   * with it), and of those whose last record is older than the export timer and that have something new. Idle wins
   * if both hold; otherwise a dead flow would be written twice.
   */
  takeDue(now: HostTime): FlowRecord[] {
    const idle = this.#endIdle(now)
    const active = activeFlows(this.#slots, now, this.#timers)
    const due = [
      ...this.#export(this.#ended),
      ...this.#export(idle),
      ...this.#export(active).map((record) => ({ ...record, endReason: 'active' as const })),
    ]
    this.#settleEnded()
    return due
  }

  /** In place of `takeDue` where nothing keeps records: flows end as they would. */
  dropDue(now: HostTime): void {
    this.#endIdle(now)
    this.#settleEnded()
  }

  /** Rows of the flows that changed since the last call, ended ones a last time. */
  takeChanges(): FlowRecord[] {
    const { changed } = this.#slots.columns
    const wanted = this.#slots.where((slot) => changed[slot] !== 0)
    const rows = flowRecords(this.#slots, wanted, 'base')
    this.dropChanges()
    return rows
  }

  /** In place of `takeChanges` while nobody looks. */
  dropChanges(): void {
    this.#slots.columns.changed.fill(0)
    for (const slot of this.#settled) this.#slots.release(slot)
    this.#settled = []
  }

  /** Rows of all live flows, for a reader that has just come; `takeChanges` goes on from there. */
  rows(): FlowRecord[] {
    return flowRecords(this.#slots, this.#slots.live(), 'base')
  }

  /** What no record holds yet: of live flows since their last record, and of those that ended since `takeDue`. */
  unexported(): FlowRecord[] {
    return flowRecords(this.#slots, [...this.#ended, ...this.#slots.live()], 'exported')
  }

  /** Up to when records hold all that was seen; asked after `takeDue(now)`. */
  recordedUntil(now: HostTime): HostTime {
    return recordedUntil(this.#slots, now)
  }

  /** Ends every live flow with `forced`, for an orderly stop: `takeDue` then gives their last records. */
  endAll(): void {
    for (const slot of this.#slots.live()) this.#end(slot, 'forced')
  }

  #begin(sample: FlowSample, hash: number): number {
    if (this.#index.size >= this.#flowsMax) this.#evictOldest(sample.last)
    const slot = this.#slots.allocate()
    const { columns } = this.#slots
    writeIdentity(columns, slot, sample, hash)
    this.#open(slot, sample.first)
    this.#index.insert(slot)
    // A flow that began before the last eviction and is not here was evicted: what it sent until now is in the
    // records written then, or is lost. Counting it from its beginning would count it twice.
    if (this.#evicted > 0 && sample.first <= this.#evictedAt) {
      countSample(columns, slot, sample)
      this.#rebase(slot, sample)
    }
    return slot
  }

  #open(slot: number, start: HostTime): void {
    const { columns } = this.#slots
    columns.use[slot] = slotUse.live
    columns.id[slot] = ++this.#lastId
    columns.endReason[slot] = reasonNumber('open')
    columns.start[slot] = start
    columns.last[slot] = start
    columns.exportedAt[slot] = start
    this.#live += 1
  }

  /** The silent socket speaks again: a new flow, counted from where the ended one stopped. */
  #wake(slot: number, sample: FlowSample): void {
    this.#open(slot, sample.last)
    copyGroup(this.#slots.columns, slot, counterGroup.seen, counterGroup.base)
  }

  /** Lets go of a slot whose last record and row are written. */
  #settle(slot: number): void {
    this.#slots.columns.use[slot] = slotUse.ended
    this.#index.remove(slot)
    this.#settled.push(slot)
  }

  #rebase(slot: number, sample: FlowSample): void {
    this.#slots.columns.start[slot] = sample.last
    this.#slots.columns.exportedAt[slot] = sample.last
    this.#slots.columns.flags[slot]! |= flowFlag.partial
    copyGroup(this.#slots.columns, slot, counterGroup.seen, counterGroup.base)
    copyGroup(this.#slots.columns, slot, counterGroup.seen, counterGroup.exported)
  }

  #export(wanted: readonly number[]): FlowRecord[] {
    const records = flowRecords(this.#slots, wanted, 'exported')
    for (const slot of wanted) {
      copyGroup(this.#slots.columns, slot, counterGroup.seen, counterGroup.exported)
      // Covered until the flow's last sign of life, not until now: the next record starts where this one ends.
      this.#slots.columns.exportedAt[slot] = this.#slots.columns.last[slot]!
    }
    return records
  }

  /** The flow ends in silence; its slot keeps the counters of a socket that may be open. */
  #sleep(slot: number): void {
    const { columns } = this.#slots
    columns.endReason[slot] = reasonNumber('idle')
    columns.use[slot] = slotUse.dormant
    columns.changed[slot] = 1
    this.#live -= 1
  }

  #end(slot: number, reason: EndReason): void {
    this.#slots.columns.endReason[slot] = reasonNumber(reason)
    this.#slots.columns.use[slot] = slotUse.ended
    this.#slots.columns.changed[slot] = 1
    this.#index.remove(slot)
    this.#ended.push(slot)
    this.#live -= 1
  }

  #endIdle(now: HostTime): readonly number[] {
    const idle = idleFlows(this.#slots, now, this.#timers)
    for (const slot of idle) this.#sleep(slot)
    return idle
  }

  #settleEnded(): void {
    this.#settled = this.#settled.concat(this.#ended)
    this.#ended = []
  }

  /** Makes room by ending the flows that have been silent for longest. */
  #evictOldest(now: HostTime): void {
    const count = Math.max(1, Math.floor(this.#index.size / evictedShare))
    for (const slot of oldestFlows(this.#slots, count)) {
      if (this.#slots.columns.use[slot] === slotUse.live) this.#end(slot, 'lack of resources')
      else this.#settle(slot)
      this.#evicted += 1
    }
    this.#evictedAt = hostTime(Math.max(this.#evictedAt, now))
  }
}
