import { flowPredicate } from '../../query/filter/flow-predicate.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import type { Answer, Query } from '../../query/session.ts'
import type { GroupTotals } from '../../query/totals.ts'
import { bytesOfGroups, ofFlows, stilled, withSilentHosts, type Heard } from './answers.ts'
import { groupsOfView } from './group-names.ts'
import { flowRow, groupRow, type FlowRow, type GroupRow } from './rows.ts'
import { flowsByGroup, sumOfRates, totalsOf } from './unfold.ts'
import type { GroupView } from './views.ts'

/** Which flows are looked at. */
export type Which = Pick<Query, 'where' | 'host'>

/** What is looked at: groups of a view, of some flows. */
export interface Sight {
  readonly which: Which
  readonly view: GroupView
  /** Of flows alone the groups are not asked for. */
  readonly hasGroups: boolean
}

const whichText = ({ where, host }: Which) => JSON.stringify([where && formatFilter(where), host])

/**
 * The moment at which a screen was paused, and whatever is looked at in it: what was heard then, and of other flows or
 * groups what the list of that moment says of them. Nobody is asked, because hosts know only now.
 */
export class HeldMoment {
  readonly #heard: Heard
  readonly #sight: Sight
  /** All flows there were, whatever is filtered; those of the sight until they are told. */
  #flows: readonly FlowRow[]
  #isOfAll: boolean
  #isAsked = false

  constructor(heard: Heard, sight: Sight) {
    this.#heard = stilled(heard)
    this.#sight = sight
    this.#flows = this.#heard.flows
    this.#isOfAll = sight.which.where === undefined && sight.which.host === undefined
  }

  /** What the session is to be asked for, so that it is known what else there was; undefined once it was, or all was heard. */
  ask(): Query | undefined {
    if (this.#isOfAll || this.#isAsked) return undefined
    this.#isAsked = true
    return { kind: 'flows' }
  }

  /** Takes the answer to that. Rates are known of those flows only that were looked at. */
  takeAll({ rows }: Answer): void {
    const to = this.#heard.coverage?.to
    if (rows.kind !== 'flows' || to === undefined) return
    const known = new Map(this.#heard.flows.map((row) => [idOf(row.flow.id, row.host), row]))
    this.#isOfAll = true
    this.#flows = rows.flows.flatMap((flow, i) => {
      const host = rows.hosts?.[i]
      if (flow.start > to) return []
      return known.get(idOf(flow.id, host)) ?? flowRow(flow, noRates, host)
    })
  }

  /** What of the moment is seen. */
  heardOf(sight: Sight): Heard {
    if (this.#wasHeard(sight)) return this.#heard
    const { which, view, hasGroups } = sight
    const flows = this.#isOfSame(which) ? this.#heard.flows : this.#flowsOf(which)
    const groups = hasGroups ? this.#groupsOf(view, flows) : []
    const course = this.#isOfSame(which) ? this.#heard.course : undefined
    return { ...this.#heard, ...ofFlows(flows), course, groups }
  }

  /** What of it may be missing there; undefined where nothing is. */
  missingOf(sight: Sight): string | undefined {
    const letGo = this.#heard.coverage?.flowsLetGo ?? 0
    if (!this.#isOfSame(sight.which) && !this.#isOfAll)
      return 'Paused: of other flows than those that were looked at then nothing is known.'
    if (letGo > 0 && sight.hasGroups && !this.#wasHeard(sight))
      return `Paused: groups are of the flows in the list, without ${letGo} that ended before.`
    return undefined
  }

  #isOfSame(which: Which): boolean {
    return whichText(which) === whichText(this.#sight.which)
  }

  /** The session was asked for just that. */
  #wasHeard({ which, view, hasGroups }: Sight): boolean {
    if (!this.#isOfSame(which)) return false
    const { view: heard, hasGroups: heardGroups } = this.#sight
    return hasGroups ? heardGroups && view === heard : !heardGroups
  }

  #flowsOf({ where, host }: Which): readonly FlowRow[] {
    const matches = where ? flowPredicate(where) : () => true
    return this.#flows.filter(
      (row) => (host === undefined || row.host === host) && matches(row.flow),
    )
  }

  #groupsOf(view: GroupView, flows: readonly FlowRow[]): readonly GroupRow[] {
    const { coverage, interfaces } = this.#heard
    if (!coverage) return []
    const isOfMany = coverage.hosts !== undefined
    const members = flowsByGroup(view, flows, {
      host: coverage.host,
      groupsOf: (of: GroupView, all: readonly GroupTotals[]) =>
        groupsOfView(of, all, { interfaces, isOfMany }),
    })
    // A group of tunnels' carriers alone is none: their bytes are those of the flows inside.
    const told = [...members.values()].flatMap((group) => {
      const totals = totalsOf(group.key, group.flows)
      return totals.flows > 0 ? [{ totals, rates: sumOfRates(group.flows) }] : []
    })
    const ratesOf = new Map(told.map(({ totals, rates }) => [totals, rates]))
    const all = withSilentHosts(
      told.map(({ totals }) => totals),
      view,
      coverage,
    )
    const context = { allBytes: bytesOfGroups(all), hosts: coverage.hosts }
    return all.map((totals) =>
      groupRow(totals, view, { rates: ratesOf.get(totals) ?? noRates, ...context }),
    )
  }
}

const noRates = { txRate: undefined, rxRate: undefined, history: undefined }

/** Hosts number their flows each from 1. */
const idOf = (id: number, host: string | undefined) => `${host ?? ''} ${id}`
