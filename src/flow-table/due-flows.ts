import type { HostTime } from '../model/quantity.ts'
import { slotUse, type FlowSlots } from './flow-columns.ts'
import { hasUnexported } from './flow-counters.ts'
import type { TimerRules } from './timer-rules.ts'

/** Live flows that have been silent for the idle timeout. */
export function idleFlows(slots: FlowSlots, now: HostTime, { idleAfter }: TimerRules) {
  const { use, last } = slots.columns
  return slots.where((slot) => use[slot] === slotUse.live && now - last[slot]! >= idleAfter)
}

/** Live flows whose last record is older than the export timer, and that have something new. */
export function activeFlows(slots: FlowSlots, now: HostTime, { exportEvery }: TimerRules) {
  const { columns } = slots
  const { use, exportedAt } = columns
  return slots.where(
    (slot) =>
      use[slot] === slotUse.live &&
      now - exportedAt[slot]! >= exportEvery &&
      hasUnexported(columns, slot),
  )
}
