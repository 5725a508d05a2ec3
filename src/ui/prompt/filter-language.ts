import { completeFilter, type ValuesSeen } from '../../query/filter/complete-filter.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import { parseFilter } from '../../query/filter/parse-filter.ts'
import type { PromptLanguage, Verdict } from './prompt.ts'

/** Filters, with the values that the flows have. */
export const filterLanguage = (seen: ValuesSeen): PromptLanguage => ({
  sign: '/',
  offer: (text, cursor) => completeFilter(text, cursor, seen),
  judge: judgeFilter,
})

const noFilter =
  'Flows to show: a word, then what it is about. Tab completes, Enter keeps, Esc takes back.'

function judgeFilter(text: string): Verdict {
  const right = { kind: 'right', at: text.length, length: 0, nearMiss: undefined } as const
  if (text.trim() === '') return { ...right, says: noFilter }
  const parsed = parseFilter(text)
  if (parsed.ok)
    return { ...right, says: parsed.isMixed ? `Read as ${formatFilter(parsed.filter)}` : '' }
  const { at, length, message, expected, nearMiss, kind } = parsed.error
  if (kind === 'missing')
    return { kind: 'unfinished', at, length, says: `Expected: ${expected}.`, nearMiss }
  const meant = nearMiss === undefined ? `. Expected: ${expected}.` : `; Tab for '${nearMiss}'?`
  return { kind: 'wrong', at, length, says: `${message}${meant}`, nearMiss }
}
