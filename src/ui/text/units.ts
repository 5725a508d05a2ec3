const suffixes = ['', 'k', 'M', 'G', 'T', 'P', 'E']

/**
 * A quantity in at most 5 cells with three digits that matter: 0, 999, 1.23k, 45.6M, 789G. SI (1k = 1000), as
 * network rates are. Whole below 1000, so small totals read exact to the byte.
 */
export function formatQuantity(value: number): string {
  let scaled = value
  let step = 0
  // 999.5 would round up to a fourth digit.
  while (scaled >= 999.5 && step < suffixes.length - 1) {
    scaled /= 1000
    step++
  }
  if (step === 0) return scaled.toFixed(0)
  const decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
  return scaled.toFixed(decimals) + suffixes[step]
}

/** A whole number to its last digit: 1 234 567, in groups as SI writes them. */
export const formatExact = (value: number): string =>
  value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ')

/** What rates are counted in; totals are always bytes. */
export type RateUnit = 'bytes' | 'bits'

export const rateUnitLabel: Record<RateUnit, string> = { bytes: 'B/s', bits: 'b/s' }

/** A rate given in bytes a second; '-' where it is not known yet. */
export function formatRate(bytesPerSecond: number | undefined, unit: RateUnit): string {
  if (bytesPerSecond === undefined) return '-'
  return formatQuantity(unit === 'bits' ? bytesPerSecond * 8 : bytesPerSecond)
}

/** A unit in which a largest rate has at most three digits before the point. */
export interface RateScale {
  readonly label: string
  /** Bytes a second in one of it. */
  readonly factor: number
}

/** The scale of an axis up to `largest` bytes a second. */
export function rateScale(largest: number, unit: RateUnit): RateScale {
  const perByte = unit === 'bits' ? 8 : 1
  const step = Math.max(
    0,
    Math.min(suffixes.length - 1, Math.floor(Math.log10(largest * perByte) / 3)),
  )
  return { label: `${suffixes[step]}${rateUnitLabel[unit]}`, factor: 1000 ** step / perByte }
}

/** A round trip in milliseconds, three digits; '' where there is none. */
export function formatRtt(rttUs: number): string {
  if (rttUs <= 0) return ''
  const ms = rttUs / 1000
  return ms.toFixed(ms < 9.995 ? 2 : ms < 99.95 ? 1 : 0)
}

/** 5s, 3m 07s, 2h 05m, 4d 07h: the two units that matter. */
export function formatDuration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
    `${big}${bigUnit} ${String(small).padStart(2, '0')}${smallUnit}`
  if (s < 60) return `${s}s`
  if (s < 3600) return pair(Math.floor(s / 60), 'm', s % 60, 's')
  if (s < 86_400) return pair(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'm')
  return pair(Math.floor(s / 86_400), 'd', Math.floor((s % 86_400) / 3600), 'h')
}

/** A host's time of day in UTC: 15:42:07Z. */
export function formatTimeOfDay(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)}Z`
}

/** A moment of any day in UTC: 2026-11-27 15:42:07Z. */
export const formatMoment = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 10)} ${formatTimeOfDay(ms)}`
