import { limits } from '../../model/limits.ts'
import { didYouMean } from '../../model/near-miss.ts'
import { millis, type HostTime } from '../../model/quantity.ts'
import {
  budgetLimits,
  type Budget,
  type GroupKey,
  type Measure,
  type Question,
} from '../../query/question.ts'
import { readGroupKeys } from '../../query/words/group-words.ts'
import { readMeasures } from '../../query/words/measure-words.ts'
import { readRange, readSpan } from '../../query/words/time-words.ts'
import type { WordRead } from '../../query/words/word-read.ts'
import { parseNumber } from '../../query/filter/number-units.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { parseWhere } from '../command-line/where.ts'

type Options = Arguments['options']

/** What all questions have in common: time, filter, budget and booking. @throws UsageError */
export function askedBasics(
  options: Options,
  at: HostTime,
): Pick<Question, 'where' | 'range' | 'booking' | 'budget' | 'groupsSent'> {
  const where = parseWhere(options.get('where'))
  const range = said(readRange({ since: options.get('since'), until: options.get('until') }, at))
  return {
    ...(where && { where }),
    range,
    booking: options.has('spread') ? 'spread' : 'at end',
    budget: askedBudget(options),
    groupsSent: limits.groupsSent,
  }
}

export const askedKeys = (options: Options, usual: readonly GroupKey[]): readonly GroupKey[] => {
  const text = options.get('by')
  return text === undefined ? usual : said(readGroupKeys(text), '--by: ')
}

export const askedMeasures = (options: Options, usual: readonly Measure[]): readonly Measure[] => {
  const text = options.get('sum')
  return text === undefined ? usual : said(readMeasures(text), '--sum: ')
}

/** `-n`: how many lines; `all` is Infinity. @throws UsageError */
export function askedNumber(options: Options, usual: number): number {
  const text = options.get('number')
  if (text === undefined) return usual
  if (text === 'all') return Infinity
  const number = parseNumber(text, 'count')
  if (number === undefined || number === 0)
    throw new UsageError(`-n takes a number such as 20, or all, not '${text}'`)
  return number
}

/** `--limit` of the options. @throws UsageError */
export const askedBudget = (options: Options): Budget => budgetOf(options.get('limit'))

const usualBudget: Budget = {
  rows: Number.MAX_SAFE_INTEGER,
  bytes: Number.MAX_SAFE_INTEGER,
  groups: limits.queryGroupsMax,
  time: millis(limits.queryTimeMs),
  memory: limits.queryMemoryMax,
}

/** `--limit rows=10M,time=5s`. @throws UsageError */
function budgetOf(text: string | undefined): Budget {
  const budget: { -readonly [K in keyof Budget]: Budget[K] } = { ...usualBudget }
  for (const word of text?.split(',') ?? []) {
    const [, name, value = ''] = /^\s*([a-z]+)=(\S+)\s*$/.exec(word) ?? []
    if (name === 'time') budget.time = readSpan(value) ?? refused(word)
    else if (name === 'rows' || name === 'groups')
      budget[name] = parseNumber(value, 'count') ?? refused(word)
    else if (name === 'bytes' || name === 'memory')
      budget[name] = parseNumber(value, 'bytes') ?? refused(word)
    else refused(word, name)
  }
  return budget
}

function refused(word: string, name = ''): never {
  const meant = didYouMean(name, budgetLimits)
  throw new UsageError(
    `--limit takes rows=10M, bytes=2G, groups=100k, memory=200M or time=5s, joined by commas, not '${word}'${meant}`,
  )
}

/** What was read, or a complaint to whoever typed it. @throws UsageError */
export function said<T>(read: WordRead<T>, option = ''): T {
  if (!read.ok) throw new UsageError(`${option}${read.why}`)
  return read.value
}
