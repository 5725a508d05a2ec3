import { specialKindOf, unlisted, type NoWhereabouts, type Whereabouts } from './whereabouts.ts'

export type WhereaboutsSource =
  | { readonly kind: 'known'; readonly whereabouts: Whereabouts }
  /** A sentence for the operator. */
  | { readonly kind: 'missing'; readonly why: string }

/**
 * A process has one database, as it has one vocabulary: what it groups, filters and shows can never be of two. It is
 * read when something is first looked up.
 */
let read: () => WhereaboutsSource = () => ({ kind: 'missing', why: 'No database was given.' })
let known: WhereaboutsSource | undefined

/** From where it comes; what was read before is forgotten. */
export function useWhereabouts(source: () => WhereaboutsSource): void {
  read = source
  known = undefined
}

export const knownWhereabouts = (): WhereaboutsSource => (known ??= read())

/** The database, where there is one. */
export function whereaboutsHere(): Whereabouts | undefined {
  const source = knownWhereabouts()
  return source.kind === 'known' ? source.whereabouts : undefined
}

/** Country in which the address at `at` was registered, or why it has none; null where nobody can say here. */
export function countryOf(addresses: Uint8Array, at = 0): string | null {
  const special: NoWhereabouts | undefined = specialKindOf(addresses, at)
  if (special !== undefined) return special
  const here = whereaboutsHere()
  return here ? here.country(addresses, at) || unlisted : null
}

/** `13335 Cloudflare, Inc.`; the number alone where no name is known here. */
export function asText(as: number): string {
  const name = whereaboutsHere()?.asName(as)
  return name === undefined ? String(as) : `${as} ${name}`
}

/** Number of the AS that announced it, or why there is none; null where nobody can say here. */
export function asOf(addresses: Uint8Array, at = 0): number | NoWhereabouts | null {
  const special = specialKindOf(addresses, at)
  if (special !== undefined) return special
  const here = whereaboutsHere()
  return here ? here.as(addresses, at) || unlisted : null
}
