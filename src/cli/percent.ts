/** A share of 0 to 1 in per cent, as exact as it matters: 12, 99.2, 99.9991. */
export function percent(share: number): string {
  const near = Math.min(share, 1 - share)
  const digits = near <= 0 ? 0 : Math.min(6, Math.max(1, Math.ceil(-Math.log10(near)) - 1))
  return `${Number((share * 100).toFixed(digits))} %`
}
