import {
  asOf,
  countryOf,
  knownWhereabouts,
  whereaboutsHere,
} from '../model/whereabouts/known-whereabouts.ts'
import type { Address } from '../model/address.ts'
import type { DatabaseName } from '../model/whereabouts/whereabouts-file.ts'
import { someTerm, type Filter } from './filter/filter.ts'
import { whereaboutsWords } from './filter/whereabouts-words.ts'
import { lookedUpFields, type GroupKey, type Measure } from './question.ts'

/** What a host that was asked about countries or AS looked them up in. */
export type WhereaboutsTold =
  | ({ readonly kind: 'known' } & DatabaseName)
  /** Why not: a sentence. */
  | { readonly kind: 'missing'; readonly why: string }

/** What of a question says whether it needs them. */
export interface AskedWhereabouts {
  readonly where?: Filter
  readonly by?: readonly GroupKey[]
  readonly measures?: readonly Measure[]
}

const isLookedUp = (field: string) => lookedUpFields.some((one) => one === field)

/** Whether an answer rests on what a host knows of remote addresses. */
export const asksForWhereabouts = ({ where, by = [], measures = [] }: AskedWhereabouts): boolean =>
  by.some((key) => key.kind === 'field' && isLookedUp(key.field)) ||
  measures.some((measure) => measure.kind === 'distinct' && isLookedUp(measure.of)) ||
  (where !== undefined &&
    someTerm(where, (term) => 'word' in term && Object.hasOwn(whereaboutsWords, term.word)))

/** What this host says of it beside such an answer; undefined of any other. */
export function whereaboutsTold(asked: AskedWhereabouts): WhereaboutsTold | undefined {
  return asksForWhereabouts(asked) ? whereaboutsToldHere() : undefined
}

/** What this process looks them up in. */
export function whereaboutsToldHere(): WhereaboutsTold {
  const source = knownWhereabouts()
  return source.kind === 'missing' ? source : { kind: 'known', ...source.whereabouts.database }
}

/** Why nobody can say, a sentence each. */
export const whereaboutsMissing = (
  told: readonly (WhereaboutsTold | undefined)[],
): readonly string[] => [
  ...new Set(
    told.flatMap((one) =>
      one?.kind === 'missing' ? [`Countries and AS are not known: ${one.why}`] : [],
    ),
  ),
]

/** Of whom it is known which country and AS an address has, a sentence each database: hosts may have different ones. */
export const whereaboutsNotes = (
  told: readonly (WhereaboutsTold | undefined)[],
): readonly string[] => [
  ...new Set(
    told.flatMap((one) =>
      one?.kind === 'known'
        ? [`Countries as registered and AS as announced on ${one.date} (${one.name}).`]
        : [],
    ),
  ),
]

export const whereaboutsNames = [...lookedUpFields, 'remote_as_name'] as const

/** What is known here of a remote address, under its names. */
export function namedWhereabouts(address: Address) {
  const as = asOf(address)
  const name = typeof as === 'number' ? whereaboutsHere()?.asName(as) : undefined
  return {
    remote_country: countryOf(address),
    remote_as: as,
    remote_as_name: name ?? null,
  } satisfies Record<(typeof whereaboutsNames)[number], unknown>
}
