import { slotUse, type FlowSlots } from './flow-columns.ts'

/**
 * The slots that have been silent for longest, `count` of those that are live or dormant, in no order. One sort of
 * plain numbers for the threshold: 1 M flows take about 100 ms, so callers ask for many at once.
 */
export function oldestFlows(slots: FlowSlots, count: number): number[] {
  const { columns, top } = slots
  const kept = (slot: number) =>
    columns.use[slot] === slotUse.live || columns.use[slot] === slotUse.dormant
  const times: number[] = []
  for (let slot = 0; slot < top; slot++) if (kept(slot)) times.push(columns.last[slot]!)
  const threshold = Float64Array.from(times).sort()[count - 1] ?? Infinity
  const oldest: number[] = []
  const tied: number[] = []
  for (let slot = 0; slot < top; slot++) {
    if (!kept(slot)) continue
    if (columns.last[slot]! < threshold) oldest.push(slot)
    else if (columns.last[slot] === threshold) tied.push(slot)
  }
  return [...oldest, ...tied.slice(0, Math.max(0, count - oldest.length))]
}
