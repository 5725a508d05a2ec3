import type { Network } from './network.ts'
import type { ChoiceWord, FlagWord, NumberWord, TextWord } from './words.ts'

/**
 * A condition on flows: what `parseFilter` makes of a text, `formatFilter` makes a text of, and `flowPredicate`
 * runs. It travels between hosts as its canonical text.
 */
export type Filter = Group | Negation | Term

/** At least two parts, none of them a group of the same kind. */
export interface Group {
  readonly kind: 'and' | 'or'
  readonly parts: readonly Filter[]
}

export interface Negation {
  readonly kind: 'not'
  readonly part: Filter
}

export type Term =
  | { readonly kind: 'flag'; readonly word: FlagWord }
  | { readonly kind: 'address'; readonly end: End; readonly networks: readonly Network[] }
  | { readonly kind: 'port'; readonly end: End; readonly test: NumberTest }
  | { readonly kind: 'number'; readonly word: NumberWord; readonly test: NumberTest }
  | { readonly kind: 'text'; readonly word: TextWord; readonly patterns: readonly TextPattern[] }
  | { readonly kind: 'choice'; readonly word: ChoiceWord; readonly values: readonly string[] }

/** Which end of a flow a term is about. `src` and `dst` are of flows whose opener is known, and of no others. */
export type End = 'either' | 'local' | 'remote' | 'src' | 'dst'

/** On integers that are not negative. */
export type NumberTest =
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly value: number }
  /** In any of the ranges. */
  | { readonly kind: 'within'; readonly ranges: readonly NumberRange[] }

export const comparisons = ['<', '<=', '>', '>='] as const
export type Comparison = (typeof comparisons)[number]

/** Both ends belong to it; one number is a range from it to itself. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

export type TextPattern =
  | { readonly kind: 'exact'; readonly text: string }
  /** `*` is any characters, none and `/` too; `?` is one character. */
  | { readonly kind: 'glob'; readonly pattern: string }

/** Both conditions, or either, without nesting a group in one of its own kind. */
export function joined(kind: Group['kind'], left: Filter, right: Filter): Group {
  const partsOf = (filter: Filter) => (filter.kind === kind ? filter.parts : [filter])
  return { kind, parts: [...partsOf(left), ...partsOf(right)] }
}

/** Whether any of its terms is of that kind. */
export function someTerm(filter: Filter, holds: (term: Term) => boolean): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.parts.some((part) => someTerm(part, holds))
    case 'not':
      return someTerm(filter.part, holds)
    default:
      return holds(filter)
  }
}

/** Whether it asks of tunnels' own transport, which is else left out of totals. */
export const namesCarriers = (filter: Filter): boolean =>
  someTerm(filter, (term) => term.kind === 'flag' && term.word === 'carrier')

/** How deep groups and negations are nested; 0 for a term. */
export function depthOf(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return 1 + Math.max(...filter.parts.map(depthOf))
    case 'not':
      return 1 + depthOf(filter.part)
    default:
      return 0
  }
}
