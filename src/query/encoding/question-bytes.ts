import { list, MalformedError, object, oneOf, text, type Check } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import { millis } from '../../model/quantity.ts'
import type { Filter } from '../filter/filter.ts'
import { formatFilter } from '../filter/format-filter.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import {
  counters,
  groupableFields,
  type Budget,
  type Measure,
  type Question,
  type SecondRound,
  type TimeRange,
} from '../question.ts'
import { canonicalJson } from './canonical-json.ts'
import { groupKey } from './group-key.ts'
import { groupKeyValues, optional, time, wholeNumber } from './checks.ts'

/** A host refuses a later version: it might ask for what the host does not know. */
const version = 1

/**
 * A question as it travels: canonical JSON in UTF-8, one text for one question, so that a signature can stand over these
 * very bytes (whatever carries both says where); a filter as its canonical text. @throws RangeError where it is longer
 * than a host takes
 */
export function encodeQuestion(question: Question): Uint8Array {
  const { where, again, ...rest } = question
  const told = {
    ...rest,
    version,
    where: where && formatFilter(where),
    again,
  }
  const bytes = new TextEncoder().encode(canonicalJson(told))
  if (bytes.length > limits.questionBytesMax)
    throw new RangeError(
      `a question of ${bytes.length} bytes; hosts take ${limits.questionBytesMax}`,
    )
  return bytes
}

export type DecodedQuestion =
  | { readonly ok: true; readonly question: Question }
  /** In words for whoever asked. */
  | { readonly ok: false; readonly why: string }

/** Every field is checked, and the bytes must be those that `encodeQuestion` makes: no field that is not understood. */
export function decodeQuestion(bytes: Uint8Array): DecodedQuestion {
  if (bytes.length > limits.questionBytesMax) return { ok: false, why: 'the question is too long' }
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const decoded = question(JSON.parse(json), 'question')
    if (Buffer.compare(encodeQuestion(decoded), bytes) !== 0)
      return { ok: false, why: 'the question is not in canonical form' }
    return { ok: true, question: decoded }
  } catch (error) {
    if (error instanceof MalformedError) return { ok: false, why: error.message }
    if (error instanceof SyntaxError || error instanceof TypeError)
      return { ok: false, why: 'the question is not JSON' }
    throw error
  }
}

const filter: Check<Filter> = (value, where) => {
  const parsed = parseFilter(text((one) => one)(value, where), limits.canonicalFilterLength)
  if (!parsed.ok) throw new MalformedError(`${where}: ${parsed.error.message}`)
  return parsed.filter
}

const whole = wholeNumber(0, Number.MAX_SAFE_INTEGER)
const range: Check<TimeRange> = (value, where) => {
  const { from, to } = object<TimeRange>({ from: time, to: time })(value, where)
  if (from > to) throw new MalformedError(`${where}: ends before it begins`)
  return { from, to }
}

const sizes = ['rtt_us', 'duration_ms'] as const
const part: Check<number> = (value, where) => {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1))
    throw new MalformedError(`${where}: not from 0 to 1`)
  return value
}
const measure: Check<Measure> = (value, where) => {
  const kinds = ['flows', 'sum', 'rate', 'min', 'max', 'avg', 'distinct', 'quantile'] as const
  const { kind } = object({ kind: oneOf(kinds) })(value, where)
  const of = <T extends string>(words: readonly T[]): T =>
    object({ of: oneOf(words) })(value, where).of
  switch (kind) {
    case 'flows':
      return { kind }
    case 'sum':
    case 'rate':
      return { kind, of: of(counters) }
    case 'min':
    case 'max':
    case 'avg':
      return { kind, of: of([...counters, ...sizes]) }
    case 'distinct':
      return { kind, of: of(groupableFields) }
    case 'quantile':
      return { kind, of: of(sizes), ...object({ at: part })(value, where) }
  }
}

const budget = object<Budget>({
  rows: whole,
  bytes: whole,
  groups: whole,
  time: (value, where) => millis(whole(value, where)),
  memory: whole,
})

interface Fields extends Omit<Question, 'where' | 'bin' | 'again'> {
  readonly version: number
  readonly where: Filter | undefined
  readonly bin: Question['bin'] | undefined
}
const fields = object<Fields>({
  version: wholeNumber(version, version),
  where: optional(filter),
  range,
  by: list(groupKey, limits.questionKeysMax),
  bin: optional((value, where) => millis(wholeNumber(1, Number.MAX_SAFE_INTEGER)(value, where))),
  measures: list(measure, limits.questionMeasuresMax),
  booking: oneOf(['at end', 'spread']),
  groupsSent: whole,
  budget,
})

const question: Check<Question> = (value, where) => {
  const { version: _, where: filtered, bin, ...rest } = fields(value, where)
  if (rest.measures.length === 0) throw new MalformedError(`${where}.measures: none`)
  const asked: Question = {
    ...rest,
    ...(filtered && { where: filtered }),
    ...(bin !== undefined && { bin }),
  }
  const { again } = object({ again: optional(secondRound(asked)) })(value, where)
  return { ...asked, ...(again && { again }) }
}

const secondRound =
  (asked: Question): Check<SecondRound> =>
  (value, where) => {
    const { kind } = object({ kind: oneOf(['at least', 'these'] as const) })(value, where)
    if (kind === 'at least') return { kind, ...object({ value: time })(value, where) }
    const keys = list(groupKeyValues(asked), limits.partialGroupsMax)
    return { kind, ...object({ keys })(value, where) }
  }
