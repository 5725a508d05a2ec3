import { millis, type Millis } from '../model/quantity.ts'
import { UsageError } from './usage-error.ts'

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** "500ms", "5s", "2m", "1h"; a bare number is seconds. @throws UsageError */
export function parseDuration(text: string, option: string): Millis {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text)
  if (!match) throw new UsageError(`${option} takes a time such as 5s, 500ms or 2m, not '${text}'`)
  return millis(Number(match[1]) * units[(match[2] ?? 's') as keyof typeof units])
}
