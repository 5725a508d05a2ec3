/** A piece of a filter's text; `at` and `length` are UTF-16 units of the text. */
export interface Token {
  readonly kind: TokenKind
  /** Of a quoted text: what it says, without quotes and escapes. */
  readonly text: string
  readonly at: number
  readonly length: number
}

export type TokenKind =
  | 'bare'
  | 'quoted'
  /** A quoted text whose closing quote is missing: the rest of the filter. */
  | 'unclosed'
  | 'and'
  | 'or'
  | 'not'
  | 'operator'
  | 'open'
  | 'close'
  | 'comma'
  | 'end'

const space = /\s*/y
const symbol = /&&|\|\||[<>=!]=|[()[\],<>=!&|]/y
// A Community ID is pasted as it is, though its last character is an operator elsewhere.
const bare = /1:[A-Za-z0-9+/]{27}=|[^\s()[\],<>=!&|"']+/y

const kindsOfSymbols: Readonly<Record<string, TokenKind>> = {
  '&&': 'and',
  '||': 'or',
  '!': 'not',
  '(': 'open',
  '[': 'open',
  ')': 'close',
  ']': 'close',
  ',': 'comma',
}
const kindsOfWords: Readonly<Record<string, TokenKind>> = { and: 'and', or: 'or', not: 'not' }

/** Whether a text means itself without quotes where a value is expected. */
export const isBare = (text: string): boolean =>
  text !== '' && matchAt(bare, text, 0) === text && !Object.hasOwn(kindsOfWords, text.toLowerCase())

/** The tokens of a text, `end` last. Every text has tokens; what makes no sense is for the parser to say. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; ;) {
    at += matchAt(space, text, at).length
    const token = at < text.length ? tokenAt(text, at) : endToken(text)
    tokens.push(token)
    if (token.kind === 'end') return tokens
    at += token.length
  }
}

const endToken = (text: string): Token => ({ kind: 'end', text: '', at: text.length, length: 0 })

function tokenAt(text: string, at: number): Token {
  const first = text[at]
  if (first === '"' || first === "'") return quotedAt(text, at, first)
  const sign = matchAt(symbol, text, at)
  const found = sign === '' ? matchAt(bare, text, at) : sign
  const kind = sign === '' ? kindOf(kindsOfWords, found) : kindOf(kindsOfSymbols, sign)
  return {
    kind: kind ?? (sign === '' ? 'bare' : 'operator'),
    text: found,
    at,
    length: found.length,
  }
}

const kindOf = (kinds: Readonly<Record<string, TokenKind>>, text: string): TokenKind | undefined =>
  Object.hasOwn(kinds, text.toLowerCase()) ? kinds[text.toLowerCase()] : undefined

/** A backslash keeps the next character from ending the text. */
function quotedAt(text: string, at: number, quote: string): Token {
  let said = ''
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === quote) return { kind: 'quoted', text: said, at, length: i + 1 - at }
    if (text[i] === '\\' && i + 1 < text.length) i++
    said += text[i]
  }
  return { kind: 'unclosed', text: said, at, length: text.length - at }
}

function matchAt(sticky: RegExp, text: string, at: number): string {
  sticky.lastIndex = at
  return sticky.exec(text)?.[0] ?? ''
}

/** Reads tokens one by one; past the end it stays at `end`. */
export class TokenCursor {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!
  }

  next(): Token {
    const token = this.peek()
    this.#at++
    return token
  }
}
