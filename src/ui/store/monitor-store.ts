import type { FlowRecord } from '../../model/flow.ts'
import type { Answer, Coverage } from '../../query/session.ts'
import type { GroupTotals } from '../../query/totals.ts'
import type { RateUnit } from '../text/units.ts'
import { hostRates, type HostRates } from './host-rates.ts'
import { RateTracker } from './rates.ts'
import { flowRow, groupId, groupRow, hasEnded, type FlowRow, type GroupRow } from './rows.ts'
import { flowSorts, groupSorts } from './sort-keys.ts'
import { TableView } from './table-view.ts'

export type ViewName = 'flows' | 'groups'
/** A page of text in the place of the table. */
export type PageName = 'help' | 'coverage'

/** Answers that have come, of which a paused screen shows older ones. */
interface Heard {
  readonly coverage: Coverage | undefined
  readonly flows: readonly FlowRow[]
  readonly hostRates: HostRates | undefined
  readonly groups: readonly GroupRow[]
}

const nothingHeard: Heard = { coverage: undefined, flows: [], hostRates: undefined, groups: [] }

/**
 * All that the monitor knows and how the user looks at it; no terminal, no React. Text in answers was cleaned
 * where it entered this process, so nothing here cleans again.
 */
export class MonitorStore {
  readonly flows = new TableView<FlowRow>(flowSorts)
  readonly groups = new TableView<GroupRow>(groupSorts)
  view: ViewName = 'flows'
  page: PageName | undefined
  unit: RateUnit = 'bytes'
  readonly #flowRates = new RateTracker<number>()
  readonly #groupRates = new RateTracker<string>()
  #heard = nothingHeard
  #shown = nothingHeard
  #paused = false
  /** The group whose flows are shown; undefined for all. */
  #within: GroupRow | undefined
  #endedFlows = 0
  #pageOffset = 0

  /** Coverage of what is shown; undefined before the first answer. */
  get coverage(): Coverage | undefined {
    return this.#shown.coverage
  }

  get paused(): boolean {
    return this.#paused
  }

  get within(): GroupRow | undefined {
    return this.#within
  }

  get hostRates(): HostRates | undefined {
    return this.#shown.hostRates
  }

  /** How many of the flows in the table have ended. */
  get endedFlows(): number {
    return this.#endedFlows
  }

  /** First line of the page that is shown. */
  get pageOffset(): number {
    return this.#pageOffset
  }

  take({ rows, coverage }: Answer): void {
    if (rows.kind === 'flows') {
      const flows = this.#rateFlows(rows.flows, coverage)
      this.#hear({ coverage, flows, hostRates: hostRates(flows) })
    } else {
      this.#hear({ coverage, groups: this.#rateGroups(rows.groups, coverage) })
    }
  }

  /** The session ended without a last word: what is shown is the last that was heard. */
  markStale(why: string): void {
    const { coverage } = this.#heard
    if (!coverage || coverage.stale !== undefined) return
    // Told also on a paused screen, which would else seem to wait for more.
    this.#paused = false
    this.#hear({ coverage: { ...coverage, stale: why } })
  }

  togglePause(): void {
    this.#paused = !this.#paused
    if (!this.#paused) this.#show()
  }

  nextView(): void {
    this.view = this.view === 'flows' ? 'groups' : 'flows'
    this.#showWithin(undefined)
  }

  /** Flows of the selected group; other rows have nothing inside. */
  openRow(): void {
    const group = this.view === 'groups' ? this.groups.selected : undefined
    if (!group) return
    this.view = 'flows'
    this.flows.deselect()
    this.#showWithin(group)
  }

  /** Out of a group's flows to the groups; else lets go of the selection. */
  back(): void {
    if (this.#within) this.nextView()
    else this.table.deselect()
  }

  get table(): TableView<FlowRow> | TableView<GroupRow> {
    return this.view === 'flows' ? this.flows : this.groups
  }

  openPage(page: PageName): void {
    this.page = this.page === page ? undefined : page
    this.#pageOffset = 0
  }

  closePage(): void {
    this.page = undefined
  }

  /** Scrolls a page of `lines` lines of which `height` are in sight. */
  scrollPage(by: number, lines: number, height: number): void {
    this.#pageOffset = Math.max(0, Math.min(this.#pageOffset + by, lines - height))
  }

  toggleUnit(): void {
    this.unit = this.unit === 'bytes' ? 'bits' : 'bytes'
  }

  #hear(news: Partial<Heard>): void {
    this.#heard = { ...this.#heard, ...news }
    if (!this.#paused) this.#show()
  }

  /** Orders only the rows that changed: 5,000 flows take 10 ms to sort. */
  #show(): void {
    const before = this.#shown
    this.#shown = this.#heard
    // A new run of the recorder numbers its flows from 1 again.
    if (this.#shown.coverage?.from !== before.coverage?.from) this.flows.forget()
    if (this.#shown.groups !== before.groups) this.groups.setRows(this.#shown.groups)
    if (this.#shown.flows !== before.flows) this.#showWithin(this.#within)
  }

  #showWithin(group: GroupRow | undefined): void {
    this.#within = group
    const isWithin = ({ process, user }: FlowRow) =>
      !group || (process === group.process && user === group.user)
    const flows = this.#shown.flows.filter(isWithin)
    this.#endedFlows = flows.filter(({ flow }) => hasEnded(flow)).length
    this.flows.setRows(flows)
  }

  #rateFlows(flows: readonly FlowRecord[], coverage: Coverage): readonly FlowRow[] {
    const rates = this.#flowRates.next(coverage, flows, (flow) => flow.id)
    return flows.map((flow, i) => flowRow(flow, rates[i] ?? unknownRates))
  }

  #rateGroups(groups: readonly GroupTotals[], coverage: Coverage): readonly GroupRow[] {
    const rates = this.#groupRates.next(coverage, groups, groupId)
    const allBytes = groups.reduce((sum, group) => sum + group.txBytes + group.rxBytes, 0)
    return groups.map((group, i) => groupRow(group, rates[i] ?? unknownRates, allBytes))
  }
}

const unknownRates = { txRate: undefined, rxRate: undefined }
