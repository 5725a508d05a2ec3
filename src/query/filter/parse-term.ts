import { nearMiss } from '../../model/near-miss.ts'
import { refusal, shown, unclosedQuote, type Refusal, type Wanted } from './filter-error.ts'
import type { End, Filter } from './filter.ts'
import { parseNetwork } from './network.ts'
import { parseValues } from './parse-values.ts'
import type { Token, TokenCursor } from './tokens.ts'
import { allNames, isOfKind, specOf, wordNamed, type EndWord, type WordName } from './words.ts'

/** One word and its values. A negation where `!=` stands between them. @throws Refusal */
export function parseTerm(cursor: TokenCursor, wanted: Wanted): Filter {
  const token = cursor.next()
  if (token.kind === 'end')
    throw refusal('missing', token, { message: 'the filter ends too early', wanted })
  const word = token.kind === 'bare' ? wordNamed(token.text) : undefined
  if (!word) throw noWord(token, wanted)
  if (isOfKind(word, 'flag')) return { kind: 'flag', word }
  if (isOfKind(word, 'end')) return parsePlace(cursor, word)
  return parseValues(cursor, word, ownEnd(word))
}

function ownEnd(word: WordName): End {
  const spec = specOf(word)
  return spec.kind === 'address' || spec.kind === 'port' ? spec.end : 'either'
}

/** After `src`, `dst`, `local` or `remote`: host, net or port, or an address at once, as pcap allows. */
function parsePlace(cursor: TokenCursor, end: EndWord): Filter {
  const token = cursor.peek()
  const place = token.kind === 'bare' ? wordNamed(token.text) : undefined
  if (
    place &&
    (isOfKind(place, 'address') || isOfKind(place, 'port')) &&
    ownEnd(place) === 'either'
  ) {
    cursor.next()
    return parseValues(cursor, place, end)
  }
  if (token.kind === 'open' || parseNetwork(token.text)) return parseValues(cursor, 'host', end)
  const wanted: Wanted = { kind: 'place', end }
  if (token.kind !== 'bare')
    throw refusal('missing', token, { message: `after \`${end}\` something is missing`, wanted })
  throw refusal('bad-value', token, {
    message: `${shown(token.text)} cannot follow \`${end}\``,
    wanted,
    nearMiss: asPort(token.text) ?? nearMiss(token.text.toLowerCase(), ['host', 'net', 'port']),
  })
}

function noWord(token: Token, wanted: Wanted): Refusal {
  if (token.kind === 'unclosed') return unclosedQuote(token)
  if (token.kind !== 'bare')
    return refusal('stray', token, {
      message: `${shown(token.text)} is no word of the filter language`,
      wanted,
    })
  return refusal('unknown-word', token, {
    message: `there is no word ${shown(token.text)}`,
    wanted,
    nearMiss: meantBy(token.text, wanted),
  })
}

const joints = ['and', 'or']

/** pcap lets a value stand alone after the value of the same word: `port 80 or 443`. Here it must be said again. */
const meantBy = (text: string, wanted: Wanted): string | undefined =>
  asPort(text) ??
  (parseNetwork(text)
    ? `host ${text}`
    : nearMiss(text.toLowerCase(), [
        ...allNames,
        ...(wanted.kind === 'joint' ? joints : []),
        'not',
      ]))

const asPort = (text: string) => (/^\d+(-\d+)?$/.test(text) ? `port ${text}` : undefined)
