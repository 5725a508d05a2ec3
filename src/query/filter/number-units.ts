/** What numbers of a word may be written in; the values are factors to the unit of the flow record. */
interface Unit {
  readonly factors: Readonly<Record<string, number>>
  readonly expected: string
  /** Of a value; where left out, the largest whole number that is exact. */
  readonly max?: number
}

// k is 1000 as on the screen; Ki is 1024. In any case, because nfdump writes k, m, g.
const si = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15 }
const iec = { ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30, ti: 2 ** 40, pi: 2 ** 50 }

export const numberUnits = {
  id: { factors: { '': 1 }, expected: 'a whole number' },
  port: {
    factors: { '': 1 },
    expected: 'a port from 0 to 65535 or a range 1000-2000',
    max: 65_535,
  },
  count: { factors: si, expected: 'a number such as 250 or 10k' },
  bytes: { factors: { ...si, ...iec }, expected: 'a number of bytes such as 1500, 10M or 1Gi' },
  time: {
    factors: { us: 1, µs: 1, ms: 1e3, s: 1e6 },
    expected: 'a time with its unit such as 800us, 50ms or 1s',
  },
} as const satisfies Record<string, Unit>

export type UnitName = keyof typeof numberUnits

/** Suffixes as canonical text writes them. */
const written: Readonly<Record<string, string>> = {
  m: 'M',
  g: 'G',
  t: 'T',
  p: 'P',
  ki: 'Ki',
  mi: 'Mi',
  gi: 'Gi',
  ti: 'Ti',
  pi: 'Pi',
}

/**
 * `1.5M` as bytes is 1500000. Undefined where it is not a number in that unit, is not whole in the record's unit, or
 * is too large to be exact.
 */
export function parseNumber(text: string, unitName: UnitName): number | undefined {
  const unit: Unit = numberUnits[unitName]
  const match = /^(\d+)(?:\.(\d+))?([a-zµ]*)$/.exec(text.toLowerCase())
  if (!match) return undefined
  const [, whole = '', fraction = '', suffix = ''] = match
  const plain = unitName === 'bytes' ? suffix.replace(/b$/, '') : suffix
  const factor = Object.hasOwn(unit.factors, plain) ? unit.factors[plain] : undefined
  if (factor === undefined) return undefined
  // In floating point 1.1M would be 1100000.0000000001.
  const scaled = BigInt(whole + fraction) * BigInt(factor)
  const divisor = 10n ** BigInt(fraction.length)
  const max = unit.max ?? Number.MAX_SAFE_INTEGER
  if (scaled % divisor !== 0n || scaled / divisor > BigInt(max)) return undefined
  return Number(scaled / divisor)
}

/** The shortest exact text. */
export function formatNumber(value: number, unitName: UnitName): string {
  const unit: Unit = numberUnits[unitName]
  const texts = Object.entries(unit.factors)
    .filter(([, factor]) => value % factor === 0)
    .map(([suffix, factor]) => `${value / factor}${written[suffix] ?? suffix}`)
  return texts.reduce((shortest, text) => (text.length < shortest.length ? text : shortest))
}
