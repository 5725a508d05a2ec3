import { limits } from '../../model/limits.ts'
import { depthOf, joined, type Filter, type Group } from './filter.ts'
import {
  Refusal,
  refusal,
  shown,
  unclosedQuote,
  type FilterError,
  type Wanted,
} from './filter-error.ts'
import { parseTerm } from './parse-term.ts'
import { TokenCursor, tokensOf, type Token } from './tokens.ts'

export type ParsedFilter =
  | {
      readonly ok: true
      readonly filter: Filter
      /** An `and` stands after an `or` beside it: whoever is used to other languages reads it otherwise. */
      readonly isMixed: boolean
    }
  | { readonly ok: false; readonly error: FilterError }

/**
 * A filter from its text. `and` and `or` bind alike and from left to right, as in pcap-filter(7): `a or b and c` is
 * `(a or b) and c`. Two conditions side by side are joined by `and`. `lengthMax`: UTF-16 units of the text.
 */
export function parseFilter(text: string, lengthMax: number = limits.filterLength): ParsedFilter {
  try {
    if (text.length > lengthMax) throw tooLong(text, lengthMax)
    const parser = new Parser(new TokenCursor(tokensOf(text)))
    return { ok: true, filter: parser.parse(), isMixed: parser.isMixed }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.error }
    throw error
  }
}

function tooLong(text: string, lengthMax: number): Refusal {
  const past = { at: lengthMax, length: text.length - lengthMax }
  const message = `the filter has ${text.length} characters`
  return refusal('limit', past, {
    message,
    wanted: { kind: 'less', of: `${lengthMax} characters` },
  })
}

/** Recursive descent; `#nesting` bounds its stack. */
class Parser {
  readonly #cursor: TokenCursor
  #nesting = 0
  #openParentheses = 0
  #terms = 0
  isMixed = false

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor
  }

  parse(): Filter {
    const filter = this.#chain()
    const rest = this.#cursor.peek()
    if (rest.kind !== 'end') throw this.#stray(rest)
    return filter
  }

  /** Conditions joined from left to right, up to a parenthesis or the end. */
  #chain(): Filter {
    let filter = this.#condition({ kind: 'condition' })
    let hasOr = false
    for (;;) {
      const at = this.#cursor.peek()
      const joint = this.#joint()
      if (!joint) return filter
      hasOr ||= joint.kind === 'or'
      this.isMixed ||= hasOr && joint.kind === 'and'
      filter = joined(joint.kind, filter, this.#condition(joint.wanted))
      if (depthOf(filter) > limits.filterDepth) throw tooDeep(at)
    }
  }

  #joint(): { kind: Group['kind']; wanted: Wanted } | undefined {
    const token = this.#cursor.peek()
    switch (token.kind) {
      case 'and':
      case 'or':
        this.#cursor.next()
        return { kind: token.kind, wanted: { kind: 'condition' } }
      case 'bare':
      case 'not':
        return { kind: 'and', wanted: this.#jointWanted() }
      case 'open':
        return token.text === '(' ? { kind: 'and', wanted: this.#jointWanted() } : undefined
      default:
        return undefined
    }
  }

  #condition(wanted: Wanted): Filter {
    const token = this.#cursor.peek()
    if (token.kind === 'not') {
      this.#cursor.next()
      return this.#nested(token, () => ({
        kind: 'not',
        part: this.#condition({ kind: 'condition' }),
      }))
    }
    if (token.kind === 'open' && token.text === '(') {
      this.#cursor.next()
      return this.#nested(token, () => this.#parenthesised(token))
    }
    if (++this.#terms > limits.filterTerms)
      throw refusal('limit', token, {
        message: `the filter has more than ${limits.filterTerms} conditions`,
        wanted: {
          kind: 'less',
          of: `${limits.filterTerms} conditions; a set \`port (80,443)\` is one`,
        },
      })
    return parseTerm(this.#cursor, wanted)
  }

  #parenthesised(open: Token): Filter {
    this.#openParentheses++
    const filter = this.#chain()
    const close = this.#cursor.peek()
    if (close.kind === 'end')
      throw refusal('unclosed', close, {
        message: `the \`(\` at character ${open.at + 1} is not closed`,
        wanted: this.#jointWanted(),
      })
    if (close.text !== ')') throw this.#stray(close)
    this.#cursor.next()
    this.#openParentheses--
    return filter
  }

  #nested(at: Token, parse: () => Filter): Filter {
    if (++this.#nesting > limits.filterDepth) throw tooDeep(at)
    const filter = parse()
    this.#nesting--
    if (depthOf(filter) > limits.filterDepth) throw tooDeep(at)
    return filter
  }

  #jointWanted(): Wanted {
    return { kind: 'joint', open: this.#openParentheses > 0 }
  }

  #stray(token: Token): Refusal {
    if (token.kind === 'unclosed') return unclosedQuote(token)
    return refusal('stray', token, {
      message: `${shown(token.text)} cannot stand here`,
      wanted: this.#jointWanted(),
    })
  }
}

const tooDeep = (at: Token): Refusal =>
  refusal('limit', at, {
    message: `the filter is nested deeper than ${limits.filterDepth}`,
    wanted: { kind: 'less', of: `${limits.filterDepth} levels of parentheses and \`not\`` },
  })
