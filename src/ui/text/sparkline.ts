const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/**
 * Values as bars, the latest at the end, in exactly `width` cells; nothing where a value is 0. Heights are by powers:
 * rates of one flow differ by thousands, and a burst must not flatten the rest to nothing.
 */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width)
  const largest = Math.max(...shown, 1)
  const bars = shown.map((value) => {
    if (value <= 0) return ' '
    const height = Math.sqrt(value / largest)
    return steps[Math.min(steps.length - 1, Math.floor(height * steps.length))] ?? ' '
  })
  return bars.join('').padStart(width)
}
