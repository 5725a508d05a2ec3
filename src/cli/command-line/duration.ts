import { readDuration } from '../../model/measures.ts'
import type { Millis } from '../../model/quantity.ts'
import { UsageError } from './usage-error.ts'

/** "500ms", "5s", "2m", "1h"; a bare number is seconds. @throws UsageError */
export function parseDuration(text: string, option: string): Millis {
  const duration = readDuration(text)
  if (duration === undefined)
    throw new UsageError(`${option} takes a time such as 5s, 500ms or 2m, not '${text}'`)
  return duration
}
