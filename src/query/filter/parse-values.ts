import { limits } from '../../model/limits.ts'
import { nearMiss } from '../../model/near-miss.ts'
import {
  comparisons,
  type End,
  type Filter,
  type NumberRange,
  type NumberTest,
  type TextPattern,
} from './filter.ts'
import {
  isClosing,
  refusal,
  shown,
  unclosedQuote,
  type Refusal,
  type ValuePosition,
} from './filter-error.ts'
import { parseNetwork, type Network } from './network.ts'
import { parseNumber, type UnitName } from './number-units.ts'
import type { Token, TokenCursor } from './tokens.ts'
import type { ChoiceSpec } from './word-spec.ts'
import {
  isOfKind,
  words,
  type ChoiceWord,
  type NumberWord,
  type PlaceWord,
  type ValueWord,
} from './words.ts'

/**
 * What follows a word: `80`, `= 80`, `(80,443)`, `in [80 443]` or, of numbers, `> 80`; `!= 80` is `not` of `80`.
 * @throws Refusal
 */
export function parseValues(cursor: TokenCursor, word: ValueWord, end: End): Filter {
  const operator = cursor.peek()
  const comparison = comparisons.find((one) => one === operator.text)
  if (operator.kind === 'operator' && comparison !== undefined) {
    cursor.next()
    if (isOfKind(word, 'port') || isOfKind(word, 'number'))
      return comparing(word, end, {
        kind: 'compare',
        operator: comparison,
        value: one(cursor, word),
      })
    throw refusal('stray', operator, {
      message: `\`${word}\` cannot be compared by \`${comparison}\``,
      wanted: { kind: 'value', word, after: 'word' },
    })
  }
  const isEqual = operator.kind === 'operator' && /^[=!]?=$/.test(operator.text)
  if (isEqual) cursor.next()
  const filter = within(word, end, cursor, isEqual ? 'operator' : 'word')
  return isEqual && operator.text === '!=' ? { kind: 'not', part: filter } : filter
}

function one(cursor: TokenCursor, word: PlaceWord | NumberWord): number {
  const token = value(cursor, word, 'operator')
  const number = parseNumber(token.text, unitOf(word))
  if (number === undefined) throw badValue(token, word, meantNumber(token.text, unitOf(word)))
  return number
}

const unitOf = (word: PlaceWord | NumberWord): UnitName =>
  isOfKind(word, 'number') ? words[word].unit : 'port'

const comparing = (word: PlaceWord | NumberWord, end: End, test: NumberTest): Filter =>
  isOfKind(word, 'number') ? { kind: 'number', word, test } : { kind: 'port', end, test }

function within(word: ValueWord, end: End, cursor: TokenCursor, after: ValuePosition): Filter {
  const some = <T>(read: (token: Token) => T) => values(cursor, word, { after, read })
  if (isOfKind(word, 'address'))
    return { kind: 'address', end, networks: some((token) => network(token, word)) }
  if (isOfKind(word, 'text')) return { kind: 'text', word, patterns: some(pattern) }
  if (isOfKind(word, 'choice'))
    return { kind: 'choice', word, values: some((token) => choice(token, word)) }
  return comparing(word, end, { kind: 'within', ranges: some((token) => range(token, word)) })
}

function network(token: Token, word: PlaceWord): Network {
  const parsed = parseNetwork(token.text)
  if (!parsed) throw badValue(token, word)
  return parsed
}

const pattern = ({ kind, text }: Token): TextPattern =>
  kind === 'bare' && /[*?]/.test(text) ? { kind: 'glob', pattern: text } : { kind: 'exact', text }

function choice(token: Token, word: ChoiceWord): string {
  const text = token.text.toLowerCase()
  const { choices, alternative, spellings = () => [] }: ChoiceSpec = words[word]
  const named = (one: string) =>
    choices.find((choice) => choice.toLowerCase() === one) ?? alternative?.(one)
  const chosen = named(text)
  if (chosen !== undefined) return chosen
  const near = nearMiss(text, [...choices, ...spellings()])
  throw badValue(token, word, near === undefined ? undefined : named(near))
}

function range(token: Token, word: PlaceWord | NumberWord): NumberRange {
  const unit = unitOf(word)
  const [first = '', second, ...more] = token.text.split('-')
  const from = parseNumber(first, unit)
  const to = second === undefined ? from : parseNumber(second, unit)
  if (from === undefined || to === undefined || more.length > 0)
    throw badValue(token, word, meantNumber(token.text, unit))
  if (from > to) throw badValue(token, word, `${second}-${first}`)
  return { from, to }
}

/** A round trip without its unit is likely meant in milliseconds, as the screen shows it. */
const meantNumber = (text: string, unit: UnitName) =>
  unit === 'time' && /^\d+$/.test(text) ? `${text}ms` : undefined

function badValue(token: Token, word: ValueWord, meant?: string): Refusal {
  return refusal('bad-value', token, {
    message: `\`${word}\` cannot be ${shown(token.text)}`,
    wanted: { kind: 'value', word, after: 'word' },
    nearMiss: meant,
  })
}

interface ValueReading<T> {
  readonly after: ValuePosition
  /** Called at each value before the next is looked at, so that the first mistake is the one reported. */
  readonly read: (token: Token) => T
}

/** One value, or those of a set in parentheses or, as nfdump writes it, `in [ ]`. */
function values<T>(
  cursor: TokenCursor,
  word: ValueWord,
  { after, read }: ValueReading<T>,
): readonly T[] {
  const first = cursor.peek()
  if (first.kind === 'bare' && first.text.toLowerCase() === 'in' && cursor.peek(1).kind === 'open')
    cursor.next()
  const open = cursor.peek()
  if (open.kind !== 'open') return [read(value(cursor, word, after))]
  cursor.next()
  const close = open.text === '(' ? ')' : ']'
  const found = [read(value(cursor, word, 'set'))]
  // Commas between values may be left out.
  while (cursor.peek().text !== close || cursor.peek().kind !== 'close') {
    const isSeparated = cursor.peek().kind === 'comma'
    if (isSeparated) cursor.next()
    const token = value(cursor, word, isSeparated ? 'set' : close)
    if (found.length === limits.filterSetSize) throw tooManyValues(token)
    found.push(read(token))
  }
  cursor.next()
  return found
}

const tooManyValues = (token: Token): Refusal =>
  refusal('limit', token, {
    message: `the set has more than ${limits.filterSetSize} values`,
    wanted: { kind: 'less', of: `${limits.filterSetSize} values` },
  })

function value(cursor: TokenCursor, word: ValueWord, after: ValuePosition): Token {
  const token = cursor.next()
  if (token.kind === 'bare' || token.kind === 'quoted') return token
  if (token.kind === 'unclosed') throw unclosedQuote(token)
  const isKeyword = token.kind === 'and' || token.kind === 'or' || token.kind === 'not'
  throw refusal('missing', token, {
    message: isClosing(after) ? `the set of \`${word}\` is not closed` : `\`${word}\` has no value`,
    wanted: { kind: 'value', word, after },
    nearMiss: isKeyword && isOfKind(word, 'text') ? `"${token.text}"` : undefined,
  })
}
