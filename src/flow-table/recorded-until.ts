import { hostTime, type HostTime } from '../model/quantity.ts'
import { slotUse, type FlowSlots } from './flow-columns.ts'
import { hasUnexported } from './flow-counters.ts'

/**
 * Up to when records hold all that was seen by `now`: a flow that goes on has its next record due up to an export
 * period later, and until then what it sent since its last one is in memory only.
 */
export function recordedUntil({ columns, top }: FlowSlots, now: HostTime): HostTime {
  let until: number = now
  for (let slot = 0; slot < top; slot++)
    if (columns.use[slot] === slotUse.live && hasUnexported(columns, slot))
      until = Math.min(until, columns.exportedAt[slot]!)
  return hostTime(until)
}
