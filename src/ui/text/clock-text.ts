import type { HostState } from '../../query/asking.ts'

/** What a second or less is off may be the way there and back. */
const noticedMs = 1_000

/** Whether a clock is off by more than its measuring may be. */
export const isOff = (clock: HostState['clock']): boolean =>
  clock !== undefined && Math.abs(clock.offset) > noticedMs + clock.error

/** How far a host's clock is ahead of ours: `ok` to a second, `+61.0s`, `-2.5h`; `-` where it was not heard. */
export function clockText(clock: HostState['clock']): string {
  if (!clock) return '-'
  const ms = clock.offset
  const size = Math.abs(ms)
  if (!isOff(clock)) return 'ok'
  const sign = ms > 0 ? '+' : '-'
  const [unit, letter] =
    size < 120_000 ? [1_000, 's'] : size < 120 * 60_000 ? [60_000, 'm'] : [3_600_000, 'h']
  return `${sign}${(size / unit).toFixed(1)}${letter}`
}
