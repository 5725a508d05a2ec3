import type { QuestionProgress } from '../../query/asking.ts'
import { formatQuantity } from '../../ui/text/units.ts'

/** An answer that takes less shows none. */
const quietMs = 1_000
const everyMs = 200

export interface ProgressLine {
  readonly show: (progress: QuestionProgress) => void
  /** Takes it away, so that something else can be written there. */
  readonly clear: () => void
}

/** A line that says how far an answer is, rewritten in place: only where `output` is a terminal. */
export function progressLine(output: NodeJS.WriteStream): ProgressLine {
  const started = performance.now()
  let shownAt = 0
  return {
    show({ rows, rowsOf, bytes }) {
      const now = performance.now()
      if (!output.isTTY || now - started < quietMs || now - shownAt < everyMs) return
      shownAt = now
      const part = rowsOf > 0 ? Math.floor((rows / rowsOf) * 100) : 100
      output.write(
        `\r\x1b[K${part} % of ${formatQuantity(rowsOf)} records, ${formatQuantity(bytes)}B read; Ctrl-C gives what was found`,
      )
    },
    clear() {
      if (shownAt > 0) output.write('\r\x1b[K')
      shownAt = 0
    },
  }
}
