import { cleanText } from '../../model/clean-text.ts'
import { numberUnits } from './number-units.ts'
import type { Token } from './tokens.ts'
import type { ChoiceSpec } from './word-spec.ts'
import { isOfKind, words, type EndWord, type ValueWord } from './words.ts'

/** Why a text is no filter, and where: a value, for the terminal, the screen and a remote host alike. */
export interface FilterError {
  readonly kind: FilterErrorKind
  /** UTF-16 units of the text; `length` is 0 at its end. */
  readonly at: number
  readonly length: number
  /** What is wrong, safe to print. */
  readonly message: string
  /** What can stand there, as a clause: "a port from 0 to 65535". */
  readonly expected: string
  /** What was likely meant, to be put in the place of the marked text. */
  readonly nearMiss: string | undefined
  readonly wanted: Wanted
}

export type FilterErrorKind =
  'unknown-word' | 'missing' | 'bad-value' | 'stray' | 'unclosed' | 'limit'

/** What the grammar allows at a place; completion offers it. */
export type Wanted =
  /** A condition: a word, `not` or a parenthesis. */
  | { readonly kind: 'condition' }
  /** What an end word is about. */
  | { readonly kind: 'place'; readonly end: EndWord }
  | { readonly kind: 'value'; readonly word: ValueWord; readonly after: ValuePosition }
  /** What follows a condition; `open` inside parentheses. */
  | { readonly kind: 'joint'; readonly open: boolean }
  | { readonly kind: 'quote' }
  | { readonly kind: 'less'; readonly of: string }

/** Right after the word, an operator, or the `(` or comma of a set; or after a value of a set that the sign can close. */
export type ValuePosition = 'word' | 'operator' | 'set' | ')' | ']'

export const isClosing = (after: ValuePosition): after is ')' | ']' =>
  after === ')' || after === ']'

/** Thrown inside the parser and caught at its edge. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly error: FilterError

  constructor(error: FilterError) {
    super(error.message)
    this.error = error
  }
}

interface Complaint {
  readonly message: string
  readonly wanted: Wanted
  readonly nearMiss?: string | undefined
}

export function refusal(
  kind: FilterErrorKind,
  { at, length }: Pick<Token, 'at' | 'length'>,
  { message, wanted, nearMiss }: Complaint,
): Refusal {
  const expected = expectedText(wanted)
  return new Refusal({ kind, at, length, message, expected, nearMiss, wanted })
}

export const unclosedQuote = (token: Token): Refusal =>
  refusal('unclosed', token, {
    message: 'the quoted text has no end',
    wanted: { kind: 'quote' },
  })

const shownLength = 40
/** Text of the user's inside a message. */
export const shown = (text: string): string => `'${cleanText(text, shownLength)}'`

const someWords = 'such as host, port, process or user'

function expectedText(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'condition':
      return `a word ${someWords}, \`not\` or \`(\``
    case 'joint':
      return `\`and\`, \`or\`${wanted.open ? ', `)`' : ''} or another word ${someWords}`
    case 'place':
      return '`host`, `net`, `port` or an address'
    case 'value':
      return valueText(wanted.word) + (isClosing(wanted.after) ? `, or \`${wanted.after}\`` : '')
    case 'quote':
      return 'the closing quote'
    case 'less':
      return `at most ${wanted.of}`
  }
}

function valueText(word: ValueWord): string {
  if (isOfKind(word, 'address'))
    return 'an address such as 192.0.2.7, or a network such as 10.0.0.0/8'
  if (isOfKind(word, 'port')) return numberUnits.port.expected
  if (isOfKind(word, 'number')) return numberUnits[words[word].unit].expected
  if (isOfKind(word, 'choice')) {
    const { expected, choices }: ChoiceSpec = words[word]
    return expected ?? `one of ${choices.join(', ')}`
  }
  return 'a text; `*` stands for any characters'
}

export interface RenderOptions {
  /** Terminal cells of a text. */
  readonly cellWidth: (text: string) => number
}

/** Characters of the filter shown on each side of the mark. */
const contextLength = 60

/** The text with carets under the word in question, then what is wrong and what is expected: lines for a terminal. */
export function renderFilterError(
  text: string,
  error: FilterError,
  { cellWidth }: RenderOptions,
): string {
  const end = error.at + error.length
  const from = Math.max(0, error.at - contextLength)
  const to = Math.min(text.length, end + contextLength)
  const before = (from > 0 ? '…' : '') + printable(text.slice(from, error.at))
  const marked = printable(text.slice(error.at, Math.min(end, to)).slice(0, 2 * contextLength))
  const after = printable(text.slice(end, to)) + (to < text.length ? '…' : '')
  const carets = '^'.repeat(Math.max(1, cellWidth(marked)))
  const meant = error.nearMiss === undefined ? '' : `; did you mean '${error.nearMiss}'?`
  return [
    `  ${before}${marked}${after}`.trimEnd(),
    `  ${' '.repeat(cellWidth(before))}${carets}`,
    `${error.message}${meant}`,
    `Expected: ${error.expected}.`,
  ].join('\n')
}

/** Line breaks and tabs are space between words; all else that could move the cursor is replaced. */
const printable = (text: string) => cleanText(text.replace(/\s/g, ' '), Infinity)
