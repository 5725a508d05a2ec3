/** Whole percent in 4 cells; what is there but below one is not called nothing. */
export function formatShare(share: number): string {
  const percent = share > 0 && share < 0.01 ? '<1' : String(Math.round(share * 100))
  return `${percent}%`.padStart(4)
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A part (0 to 1) of `cells` cells, to an eighth of a cell. */
export function bar(share: number, cells: number): string {
  const parts = Math.round(Math.min(1, Math.max(0, share)) * cells * 8)
  return '█'.repeat(parts >> 3) + eighths[parts & 7]!
}

const steps = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A column of one cell so many eighths high. */
export const column = (eighthsHigh: number): string => steps[Math.max(0, Math.min(8, eighthsHigh))]!

/** A cell a number, the largest `most` high, just below the line above; what is there is never blank, what is not known is `·`. */
export function sparkline(numbers: readonly (number | undefined)[], most: number): string {
  return numbers
    .map((number) => {
      if (number === undefined) return '·'
      if (number <= 0 || most <= 0) return steps[0]!
      return steps[Math.max(1, Math.min(7, Math.ceil((number / most) * 7)))]!
    })
    .join('')
}
