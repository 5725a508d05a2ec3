import type { Interfaces } from '../../model/host-interface.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { queryText } from '../../query/query-text.ts'
import type { Answer, Coverage, Query } from '../../query/session.ts'
import { noTotals, type GroupTotals } from '../../query/totals.ts'
import { HostCourses, type HostCourse } from './host-course.ts'
import { hostRates, withUnlisted, type HostRates } from './host-rates.ts'
import { RateTracker, type Rates } from './rates.ts'
import { flowRow, groupRow, hasEnded, rowId, type FlowRow, type GroupRow } from './rows.ts'
import { groupsOfView } from './group-names.ts'
import { ToldTimes, type SinceLast } from './told-times.ts'
import { flowsByGroup, sumOfRates } from './unfold.ts'
import { isOfHosts, namesHosts, type GroupView } from './views.ts'

/** Answers that have come. */
export interface Heard {
  readonly coverage: Coverage | undefined
  readonly flows: readonly FlowRow[]
  readonly hostRates: HostRates | undefined
  /** How they were in the last minutes, up to the time of the coverage; undefined where that is not known. */
  readonly course: HostCourse | undefined
  /** Of the flows. */
  readonly endedFlows: number
  readonly groups: readonly GroupRow[]
  /** Of the last answer that told of them. */
  readonly interfaces: Interfaces | undefined
}

export const nothingHeard: Heard = {
  coverage: undefined,
  flows: [],
  hostRates: undefined,
  course: undefined,
  endedFlows: 0,
  groups: [],
  interfaces: undefined,
}

/** The same, with courses that go on no more: of a screen that is paused. */
export const stilled = (heard: Heard): Heard => ({
  ...heard,
  flows: heard.flows.map(still),
  groups: heard.groups.map(still),
})

const still = <Row extends Rates>(row: Row): Row =>
  row.history ? { ...row, history: row.history.stilled(), rtts: row.rtts?.stilled() } : row

/** What flows are together. */
export const ofFlows = (flows: readonly FlowRow[]) => ({
  flows,
  hostRates: hostRates(flows),
  endedFlows: flows.reduce((count, { flow }) => count + (hasEnded(flow) ? 1 : 0), 0),
})

interface RatedBy {
  readonly view: GroupView
  readonly since: SinceLast | undefined
  /** Nothing is known of the groups, but of their flows. */
  readonly isFirst: boolean
}

/** Makes rows with their rates of answers, also where the questions change. */
export class Answers {
  readonly #flowRates = new RateTracker<number, FlowRecord, FlowRow>()
  readonly #groupRates = new RateTracker<string, GroupTotals, never>()
  /** What the last answers of each kind were asked for, as texts. */
  #asked: { readonly flows?: string; readonly totals?: string } = {}
  readonly #flowsTold = new ToldTimes()
  readonly #groupsTold = new ToldTimes()
  readonly #courses = new HostCourses()
  #heard = nothingHeard

  get heard(): Heard {
    return this.#heard
  }

  /** Takes an answer; true where it is the first to its question. Groups are rows of `view`. */
  take({ rows, coverage }: Answer, query: Query, view: GroupView): boolean {
    const isFirst = this.#asked[query.kind] !== queryText(query)
    if (coverage.interfaces) this.#heard = { ...this.#heard, interfaces: coverage.interfaces }
    if (coverage.past) {
      this.#takePast({ rows, coverage }, view)
    } else if (rows.kind === 'flows') {
      const wereAsked = !this.#asked.flows || !isFirst
      const since = this.#flowsTold.next(coverage.hosts)
      const seen = this.#flowRates.next(coverage, rows.flows, ({ id }) => id, {
        wereAsked,
        ...(since && { secondsAt: (place: number) => since.secondsOf(rows.hosts?.[place]) }),
      })
      const flows = seen.map((one, i) => (one.row ??= flowRow(one.counted, one, rows.hosts?.[i])))
      this.#heard = {
        ...this.#heard,
        coverage,
        ...ofFlows(flows),
        course: this.#courses.of(queryText(query)),
      }
      const { course, hostRates } = this.#heard
      if (hostRates) course?.add(coverage.to, hostRates)
    } else {
      const since = this.#groupsTold.next(coverage.hosts)
      // Sums of other hosts than before are begun anew, with the rates of their flows.
      const isNew = isFirst || since?.areOthers === true
      const groups = this.#rated(rows.groups, coverage, { view, since, isFirst: isNew })
      this.#heard = { ...this.#heard, coverage, groups }
    }
    this.#asked = { ...this.#asked, [query.kind]: queryText(query) }
    return isFirst
  }

  /** Rates are means over the window. */
  #takePast({ rows, coverage }: Answer, view: GroupView): void {
    const perSecond = 1000 / (coverage.to - coverage.from)
    const ratesOf = ({ txBytes, rxBytes }: { txBytes: number; rxBytes: number }): Rates => ({
      txRate: txBytes * perSecond,
      rxRate: rxBytes * perSecond,
      history: undefined,
    })
    if (rows.kind === 'flows') {
      const flows = rows.flows.map((flow, i) => flowRow(flow, ratesOf(flow), rows.hosts?.[i]))
      const listed = ofFlows(flows)
      const rates = withUnlisted(listed.hostRates, coverage)
      this.#heard = { ...this.#heard, coverage, ...listed, hostRates: rates, course: undefined }
    } else {
      const all = withSilentHosts(this.#groupsOf(view, rows.groups, coverage), view, coverage)
      const context = { allBytes: bytesOfGroups(all), hosts: coverage.hosts }
      const groups = all.map((group) =>
        groupRow(group, view, { rates: ratesOf(group), ...context }),
      )
      this.#heard = { ...this.#heard, coverage, groups }
    }
  }

  /** Of what was heard, the flows of one of many hosts: until it is asked alone. */
  keepFlowsOf(host: string): void {
    const flows = this.#heard.flows.filter((row) => row.host === host)
    this.#heard = { ...this.#heard, ...ofFlows(flows) }
  }

  /** What was heard last is the last, for that reason. */
  markStale(why: string): void {
    const { coverage } = this.#heard
    if (coverage) this.#heard = { ...this.#heard, coverage: { ...coverage, stale: why } }
  }

  /** What was heard is not to be shown any more; what is heard next is measured by it. */
  forgetRows(): void {
    this.#groupRates.forget()
    this.#courses.forget()
    this.#asked = {}
    this.#heard = nothingHeard
  }

  /** Groups of another question are not shown under this one's heading. */
  forgetGroups(): void {
    this.#groupRates.forget()
    this.#heard = { ...this.#heard, groups: [] }
  }

  #groupsOf(
    view: GroupView,
    groups: readonly GroupTotals[],
    { hosts }: Coverage,
  ): readonly GroupTotals[] {
    const { interfaces } = this.#heard
    return groupsOfView(view, groups, { interfaces, isOfMany: hosts !== undefined })
  }

  #rated(
    heard: readonly GroupTotals[],
    coverage: Coverage,
    { view, since, isFirst }: RatedBy,
  ): readonly GroupRow[] {
    const groups = withSilentHosts(this.#groupsOf(view, heard, coverage), view, coverage)
    if (isFirst) this.#groupRates.forget()
    // A view that is new has the rates and courses of its flows from its first answer on.
    const known =
      isFirst || isOfLetGo(view)
        ? flowsByGroup(view, this.#heard.flows, {
            host: coverage.host,
            groupsOf: (of, all) => this.#groupsOf(of, all, coverage),
          })
        : undefined
    const ratesOf = (group: GroupTotals) => {
      const members = known?.get(rowId(group))
      return members && sumOfRates(members.flows)
    }
    const rates = this.#groupRates.next(coverage, groups, rowId, {
      wereAsked: !isFirst,
      ratesOf,
      isTold: isOfLetGo(view),
      ...(since &&
        namesHosts(view) && {
          secondsAt: (place: number) => since.secondsOf(String(groups[place]?.key[0])),
        }),
    })
    const context = { allBytes: bytesOfGroups(groups), hosts: coverage.hosts }
    return groups.map((group, i) => groupRow(group, view, { rates: rates[i]!, ...context }))
  }
}

/**
 * The totals of a host keep ended flows apart by program, user and remote end, not by process and own address: by these
 * what a flow has counted goes over to another row in the end, and is no rate of that row.
 */
const isOfLetGo = ({ isTree, isByInterface }: GroupView) =>
  isTree === true || isByInterface === true

/** Bytes of all groups, of which each has a share. */
export const bytesOfGroups = (groups: readonly GroupTotals[]): number =>
  groups.reduce((sum, group) => sum + group.txBytes + group.rxBytes, 0)

/** In a view of hosts each has a row, also where nothing was heard of it; elsewhere those that cannot answer. */
export function withSilentHosts(
  groups: readonly GroupTotals[],
  view: GroupView,
  { hosts }: Coverage,
): readonly GroupTotals[] {
  if (!hosts || !namesHosts(view)) return groups
  const heard = new Set(groups.map(({ key }) => key[0]))
  const silent = hosts.filter(
    ({ host, state }) => !heard.has(host) && (isOfHosts(view) || state !== 'answered'),
  )
  return [...groups, ...silent.map(({ host }) => noTotals([host]))]
}
