import { joined, type Filter } from '../../query/filter/filter.ts'
import type { ViewName } from './views.ts'

/** A group that was entered: what is shown is of its flows. */
export interface Scope {
  /** Its name, for the breadcrumbs. */
  readonly crumb: string
  readonly filter: Filter
}

/** What the user looks at. */
export interface Place {
  readonly view: ViewName
  readonly scopes: readonly Scope[]
  /** The row that was opened here, to come back to. */
  readonly opened: number | string | undefined
}

/** Where the user is, and the way back. */
export class Navigation {
  #place: Place = { view: 'flows', scopes: [], opened: undefined }
  readonly #back: Place[] = []

  get place(): Place {
    return this.#place
  }

  /** Another view of the same flows. */
  go(view: ViewName): void {
    this.#place = { ...this.#place, view }
  }

  /** Into a group, from the row of that id. */
  enter(scope: Scope, view: ViewName, opened: number | string): void {
    const { scopes } = this.#place
    this.#back.push({ ...this.#place, opened })
    this.#place = { view, scopes: [...scopes, scope], opened: undefined }
  }

  /** The place that was left for this one; undefined at the first. */
  leave(): Place | undefined {
    const place = this.#back.pop()
    if (place) this.#place = place
    return place
  }
}

/** The filter and those of all groups that were entered, together. */
export function filterWithin(
  filter: Filter | undefined,
  scopes: readonly Scope[],
): Filter | undefined {
  return scopes.reduce<Filter | undefined>(
    (all, scope) => (all ? joined('and', all, scope.filter) : scope.filter),
    filter,
  )
}
