import { joined, type Filter } from '../../query/filter/filter.ts'
import type { Query } from '../../query/session.ts'
import type { GroupMembers } from './group-members.ts'
import { groupViewOf, type ViewName } from './views.ts'

/** A group that was entered: what is shown is of its flows. */
export type Scope = GroupMembers & {
  /** Its name, for the breadcrumbs. */
  readonly crumb: string
}

/** What the user looks at. */
export interface Place {
  readonly view: ViewName
  readonly scopes: readonly Scope[]
  /** The row that was opened here, to come back to. */
  readonly opened: number | string | undefined
  /** What was filtered here, where that was left with it. */
  readonly filtered?: string
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

  /** Into a group within others, the outermost first, from the row of that id. */
  enter(groups: readonly Scope[], view: ViewName, opened: number | string): void {
    const { scopes } = this.#place
    this.#back.push({ ...this.#place, opened })
    this.#place = { view, scopes: [...scopes, ...groups], opened: undefined }
  }

  /** Into nothing but this scope: `filtered` and groups that were entered are of the place that is left. */
  pivot(scope: Scope, view: ViewName, left: Pick<Place, 'opened' | 'filtered'>): void {
    this.#back.push({ ...this.#place, ...left })
    this.#place = { view, scopes: [scope], opened: undefined }
  }

  /** Out of all groups. */
  toTop(): void {
    this.#back.length = 0
    this.#place = { view: this.#place.view, scopes: [], opened: undefined }
  }

  /** The place that was left for this one; undefined at the first. */
  leave(): Place | undefined {
    const place = this.#back.pop()
    if (place) this.#place = place
    return place
  }
}

/** The filter with those of all groups that were entered, and the host that was. */
export function askedWithin(
  filter: Filter | undefined,
  scopes: readonly Scope[],
): Pick<Query, 'where' | 'host'> {
  const where = scopes.reduce(
    (all, { filter: one }) => (all && one ? joined('and', all, one) : (one ?? all)),
    filter,
  )
  const host = scopes.findLast((scope) => scope.host !== undefined)?.host
  return { ...(where && { where }), ...(host !== undefined && { host }) }
}

/** What is to be asked for a view: the flows always, of which groups are unfolded and counted as well. */
export function queriesOf(
  view: ViewName,
  which: Pick<Query, 'where' | 'range' | 'host'>,
): readonly Query[] {
  const flows: Query = { kind: 'flows', ...which }
  return view === 'flows'
    ? [flows]
    : [flows, { kind: 'totals', by: groupViewOf(view).by, ...which }]
}
