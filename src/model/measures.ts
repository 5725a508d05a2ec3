import { millis, type Millis } from './quantity.ts'

const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** "500ms", "5s", "2m", "1h"; a bare number is seconds. Undefined for anything else. */
export function readDuration(text: string): Millis | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text)
  const unit = match && durationUnits[match[2] ?? 's']
  return unit ? millis(Number(match[1]) * unit) : undefined
}

const byteUnits: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }

/** "1.5GB", "500MB", "64kB" (powers of 1000, as disks are sold); a bare number is bytes. Undefined for anything else. */
export function readByteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(B|kB|MB|GB|TB)?$/.exec(text)
  const unit = match && byteUnits[match[2] ?? 'B']
  return unit ? Math.round(Number(match[1]) * unit) : undefined
}
