import { limits } from '../../model/limits.ts'
import { isClosing, type Wanted } from './filter-error.ts'
import { formatText } from './format-filter.ts'
import { parseFilter } from './parse-filter.ts'
import { isBare, tokensOf, type Token } from './tokens.ts'
import type { ChoiceSpec } from './word-spec.ts'
import { isOfKind, specOf, wordNames, words, type TextWord, type ValueWord } from './words.ts'

/** Values of flows on this host, those most likely meant first: `{ user: ['alice', 'root'] }`. */
export type ValuesSeen = { readonly [W in TextWord | 'remote_ip']?: readonly string[] }

/** What may stand at the cursor; each candidate takes the place of the text from `from` to `to`. */
export interface Completion {
  readonly from: number
  readonly to: number
  readonly candidates: readonly Candidate[]
}

export interface Candidate {
  readonly text: string
  /** What it is; '' for values. */
  readonly help: string
}

/**
 * Candidates for the token at the cursor (a place in UTF-16 units, from 0 to the text's length). The parser reads
 * what stands before that token, and where it needs more it says what: so nothing is offered that it would refuse.
 */
export function completeFilter(text: string, cursor: number, seen: ValuesSeen): Completion {
  const token = tokenAtCursor(text, cursor)
  const before = text.slice(0, token.at)
  // A quote that touches a word: what takes its place would become part of the word.
  const isGlued = token.length > 0 && isBare(before.slice(-1))
  const wanted = isGlued ? undefined : wantedAfter(before)
  const typed = typedText(text.slice(token.at, cursor))
  const candidates = (wanted ? candidatesFor(wanted, seen) : []).filter(({ text, plain = text }) =>
    plain.toLowerCase().startsWith(typed.toLowerCase()),
  )
  return {
    from: token.at,
    to: token.at + token.length,
    candidates: candidates
      .slice(0, limits.filterCandidates)
      .map(({ text, help }) => ({ text, help })),
  }
}

/** The word or quoted text that the cursor is in or right after; an empty one between tokens. */
function tokenAtCursor(text: string, cursor: number): Pick<Token, 'at' | 'length'> {
  // Of `&&` and `!` nothing is left to complete: what follows them begins a new word.
  const isWord = ({ kind, text }: Token) =>
    kind === 'bare' || kind === 'quoted' || kind === 'unclosed' || /^[a-z]/i.test(text)
  const token = tokensOf(text).find(
    (one) => isWord(one) && one.at < cursor && cursor <= one.at + one.length,
  )
  return token ?? { at: cursor, length: 0 }
}

/** Without the opening quote and the escapes. */
const typedText = (piece: string): string => tokensOf(piece)[0]?.text ?? ''

/** What the grammar allows after a text; undefined where the text is wrong already. */
function wantedAfter(before: string): Wanted | undefined {
  const parsed = parseFilter(before)
  if (parsed.ok) return { kind: 'joint', open: false }
  return parsed.error.at === before.length ? parsed.error.wanted : undefined
}

interface Offer extends Candidate {
  /** What a typed beginning is compared with, where it is not `text`: a value without its quotes. */
  readonly plain?: string
}

const conditions: readonly Offer[] = [
  ...wordNames.map((word) => ({ text: word, help: specOf(word).help })),
  { text: 'not', help: 'the opposite' },
  { text: '(', help: 'a group' },
]
const joints: readonly Offer[] = [
  { text: 'and', help: 'both' },
  { text: 'or', help: 'either' },
]
const closing = (text: ')' | ']'): Offer => ({ text, help: 'the end of the group or set' })
const places = ['host', 'net', 'port'] as const
const numberOperators: readonly Offer[] = [
  { text: '>', help: 'more than' },
  { text: '>=', help: 'at least' },
  { text: '<', help: 'less than' },
  { text: '<=', help: 'at most' },
]

function candidatesFor(wanted: Wanted, seen: ValuesSeen): readonly Offer[] {
  switch (wanted.kind) {
    case 'condition':
      return conditions
    case 'joint':
      return [...joints, ...(wanted.open ? [closing(')')] : []), ...conditions]
    case 'place':
      return places.map((word) => ({ text: word, help: specOf(word).help }))
    case 'value':
      return [
        ...(isClosing(wanted.after) ? [closing(wanted.after)] : []),
        ...(wanted.after === 'word' && isCompared(wanted.word) ? numberOperators : []),
        ...valuesOf(wanted.word, seen).map((value) => valueOffer(value, helpOf(wanted.word))),
      ]
    case 'quote':
    case 'less':
      return []
  }
}

const isCompared = (word: ValueWord) => isOfKind(word, 'number') || isOfKind(word, 'port')

function valuesOf(word: ValueWord, seen: ValuesSeen): readonly string[] {
  if (isOfKind(word, 'choice')) return words[word].choices
  // The addresses of this host itself are few, and known to who asks.
  if (isOfKind(word, 'address')) return word === 'local_ip' ? [] : (seen.remote_ip ?? [])
  return isOfKind(word, 'text') ? (seen[word] ?? []) : []
}

const valueOffer = (value: string, help: (value: string) => string): Offer => ({
  text: formatText(value),
  help: help(value),
  plain: value,
})

function helpOf(word: ValueWord): (value: string) => string {
  if (!isOfKind(word, 'choice')) return () => ''
  const { described = () => '' }: ChoiceSpec = words[word]
  return described
}
