const twoDigits = (n: number) => String(n).padStart(2, '0')

/** `+01:00` or `Z`: how far this process's time zone is from UTC at that moment. */
export function zoneAt(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset()
  if (minutes === 0) return 'Z'
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
}

/** `2026-11-27 14:00:05` in this process's time zone, whose offset belongs beside it. */
export function localTime(ms: number): string {
  const at = new Date(ms)
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('-')
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':')
  return `${date} ${time}`
}

/** The same with its offset: `2026-11-27 14:00:05+01:00`. */
export const zonedTime = (ms: number): string => localTime(ms) + zoneAt(ms)
