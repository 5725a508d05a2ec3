import type { QuestionProgress } from '../../query/asking.ts'
import { formatQuantity } from '../../ui/text/units.ts'

/** How much of what a question is about has been read. */
export function readingProgress({ rows, rowsOf, bytes }: QuestionProgress): string {
  const part = rowsOf > 0 ? Math.floor((rows / rowsOf) * 100) : 100
  return `${part} % of ${formatQuantity(rowsOf)} records, ${formatQuantity(bytes)}B read`
}
