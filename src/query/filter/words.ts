import { counterWords } from './counter-words.ts'
import { endWords } from './end-words.ts'
import { kindWords } from './kind-words.ts'
import { ownerWords } from './owner-words.ts'
import { whereaboutsWords } from './whereabouts-words.ts'
import type { WordSpec } from './word-spec.ts'

/**
 * Every word of the language: parser, errors, completion and grammar page are made of this table. Words of
 * pcap-filter(7) and nfdump(1), the owner words that neither has, and the names of the vocabulary.
 */
export const words = {
  ...endWords,
  ...whereaboutsWords,
  ...ownerWords,
  ...kindWords,
  ...counterWords,
} as const

export type WordName = keyof typeof words
type WordOf<Kind> = {
  [W in WordName]: (typeof words)[W]['kind'] extends Kind ? W : never
}[WordName]
export type FlagWord = WordOf<'flag'>
export type NumberWord = WordOf<'number'>
export type TextWord = WordOf<'text'>
export type ChoiceWord = WordOf<'choice'>
export type EndWord = WordOf<'end'>
export type PlaceWord = WordOf<'address' | 'port'>
/** Words that a value follows. */
export type ValueWord = PlaceWord | NumberWord | TextWord | ChoiceWord

export const wordNames = Object.keys(words) as WordName[]
export const specOf = (word: WordName): WordSpec => words[word]

export const isOfKind = <K extends WordSpec['kind']>(word: WordName, kind: K): word is WordOf<K> =>
  words[word].kind === kind

const byName = new Map<string, WordName>(
  wordNames.flatMap((word) =>
    [word, ...(specOf(word).aliases ?? [])].map((name) => [name, word] as const),
  ),
)

/** All names, aliases included, for near misses. */
export const allNames: readonly string[] = [...byName.keys()]

/** The word of that name in any case, its aliases included. */
export const wordNamed = (name: string): WordName | undefined => byName.get(name.toLowerCase())
