import type { QuestionProgress } from '../../query/asking.ts'
import { formatQuantity } from '../../ui/text/units.ts'

const waitedForShown = 5

/** Who of many hosts has not answered yet. */
export function waitingProgress(waiting: ReadonlySet<string>): string {
  const names = [...waiting].slice(0, waitedForShown)
  const more = waiting.size - names.length
  return `waiting for ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** How much of what a question is about has been read. */
export function readingProgress({ rows, rowsOf, bytes }: QuestionProgress): string {
  const part = rowsOf > 0 ? Math.floor((rows / rowsOf) * 100) : 100
  return `${part} % of ${formatQuantity(rowsOf)} records, ${formatQuantity(bytes)}B read`
}
