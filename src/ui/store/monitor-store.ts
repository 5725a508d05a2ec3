import type { Filter } from '../../query/filter/filter.ts'
import type { Answer, Coverage, Query } from '../../query/session.ts'
import { RemoteNames } from '../remote-names.ts'
import { RemoteWhereabouts } from '../remote-whereabouts.ts'
import type { Masking } from '../mask/masking.ts'
import type { RateUnit } from '../text/units.ts'
import type { KeyContext } from '../keys/command.ts'
import type { Heard } from './answers.ts'
import { withInterfaces } from './with-interfaces.ts'
import type { Prompt } from '../prompt/prompt.ts'
import { ChosenColumns } from './chosen-columns.ts'
import type { Comparison } from './comparison.ts'
import type { Elsewhere } from './elsewhere.ts'
import type { Message } from './message.ts'
import { PageView } from './page-view.ts'
import { Prompting } from './prompting.ts'
import { RowFinder } from './row-finder.ts'
import { seenValues } from './seen-values.ts'
import { FilterChoice } from './filter-choice.ts'
import type { HostRates } from './host-rates.ts'
import { askedWithin, Navigation, queriesOf, type Place, type Scope } from './navigation.ts'
import { lineChoicesOf } from './line-choices.ts'
import { isSilent, type FlowRow, type GroupRow } from './rows.ts'
import { ShownTables } from './shown-tables.ts'
import type { StoreSources } from './store-sources.ts'
import { TimeTravel } from './time-travel.ts'
import { TimelineView } from './timeline-view.ts'
import type { TableView } from './table-view.ts'
import type { WideColumns } from './wide-columns.ts'
import { groupViewOf, type GroupView, type GroupViewName, type ViewName } from './views.ts'

/**
 * All that the monitor knows and how the user looks at it; no terminal, no React. Text in answers was cleaned
 * where it entered this process, so nothing here cleans again.
 */
export class MonitorStore {
  readonly filter: FilterChoice
  readonly pages = new PageView()
  readonly time = new TimeTravel()
  readonly timeline = new TimelineView()
  /** Two windows of the past, once both have been read. */
  comparison: Comparison | undefined
  /** What is looked for on all hosts. */
  elsewhere: Elsewhere | undefined
  readonly prompting: Prompting
  readonly finder = new RowFinder(() => ({ table: this.table, nameOf: this.names.nameOf }))
  /** Names of those that can be chosen. */
  readonly themes: readonly string[]
  readonly columns = new ChosenColumns()
  /** What came of the last command, until the next key. */
  message: Message | undefined
  unit: RateUnit = 'bytes'
  /** What goes by is drawn on top, where there is room. */
  hasGraph = true
  /** Values are shown in full. */
  wide: WideColumns | undefined
  readonly names: RemoteNames
  /** Country and AS of remote addresses, beside them. */
  readonly whereabouts: RemoteWhereabouts
  /** Of a case. */
  readonly seals: StoreSources['seals']
  readonly #navigation = new Navigation()
  readonly tables = new ShownTables(() => ({
    which: askedWithin(this.filter.current, this.place.scopes),
    view: this.groupView,
    hasGroups: this.view !== 'flows',
    name: this.#groupsName,
  }))

  /** `filter`: of which flows everything is from the start. `of`: what is known of addresses besides. */
  constructor(filter?: Filter, themes: readonly string[] = [], of: StoreSources = {}) {
    this.names = new RemoteNames(of.names)
    this.seals = of.seals
    this.whereabouts = new RemoteWhereabouts(of.loadWhereabouts)
    this.filter = new FilterChoice(filter)
    this.themes = themes
    this.prompting = new Prompting({
      filter: this.filter,
      finder: this.finder,
      pages: this.pages,
      seen: () => seenValues(this.shown.flows, this.whereabouts.of !== undefined),
      choices: () => lineChoicesOf(this),
    })
  }

  /** What the session is to be asked for what is shown. */
  get queries(): readonly Query[] {
    return this.tables.heldQueries ?? queriesOf(this.view, this.which)
  }

  /** Which flows are shown: those of the filter, in the groups that were entered, at the time that is shown. */
  get which(): Pick<Query, 'where' | 'range' | 'host'> {
    return { ...askedWithin(this.filter.current, this.place.scopes), ...this.time.asked }
  }

  /** Whether many hosts answer as one. */
  get isOfMany(): boolean {
    return this.coverage?.hosts !== undefined
  }

  /** Coverage of what is shown; undefined before the first answer. */
  get coverage(): Coverage | undefined {
    return this.groupView.isByInterface ? withInterfaces(this.shown) : this.shown.coverage
  }

  get paused(): boolean {
    return this.tables.paused
  }

  get place(): Place {
    return this.#navigation.place
  }

  get view(): ViewName {
    return this.place.view
  }

  get hostRates(): HostRates | undefined {
    return this.shown.hostRates
  }

  take(answer: Answer, query: Query): void {
    if (answer.coverage.past && !query.range) this.time.end = answer.coverage.to
    this.tables.take(answer, query)
  }

  /** The session ended without a last word. */
  markStale(why: string): void {
    this.tables.markStale(why)
  }

  /** What is past stands still anyway. */
  togglePause(): void {
    if (this.paused) this.tables.goOn()
    else if (this.coverage?.past || this.time.range)
      this.message = { kind: 'note', text: 'what is past stands still' }
    else this.tables.pause(this.queries)
  }

  /** After what the user did, before anybody is asked: a paused screen looks at its moment, and leaves it for the past. */
  settle(): void {
    if (this.time.range) this.tables.goOn()
    else this.tables.look()
  }

  /** Another view of the same flows. */
  show(view: ViewName): void {
    if (view === 'hosts' && !this.isOfMany) return
    this.pages.close()
    if (view === this.view) return
    this.#navigation.go(view)
    this.tables.forgetGroups()
  }

  /** Into the selected group; of a flow, and of a host that says nothing, its page. */
  openRow(): void {
    const { view } = this
    if (view === 'flows') return this.openDetail()
    const group = this.groups.selected
    const scopes = group?.scopes() ?? []
    if (!group || scopes.length === 0) return
    if (group.flow || (isSilent(group.hostState) && group.totals.flows === 0))
      return this.openDetail()
    this.#navigation.enter(scopes, 'flows', group.id)
    this.flows.deselect()
    const host = scopes.findLast((scope) => scope.host !== undefined)?.host
    if (host !== undefined) this.tables.keepFlowsOf(host)
  }

  /** Unfolds the selected group in its place, or folds it. */
  turnFold(to: 'open' | 'closed'): void {
    if (this.view !== 'flows') this.tables.turnFold(to)
  }

  /** All flows of a scope, now, whatever is filtered and was entered; `back` comes back to that. */
  pivot(scope: Scope, view: GroupViewName): void {
    this.#navigation.pivot(scope, view, {
      opened: this.table.selectedId,
      filtered: this.filter.text,
    })
    this.filter.clear()
    this.time.goLive()
    this.tables.forgetGroups()
  }

  /** All that is known of the selected row. */
  openDetail(): void {
    if (this.table.selected) this.pages.open('detail')
  }

  /** Out of a group; else lets go of the selection, else of the filter. */
  back(): void {
    const place = this.#navigation.leave()
    if (place) {
      if (place.filtered !== undefined) this.filter.keep(place.filtered)
      this.tables.forgetGroups()
      this.table.select(place.opened)
    } else if (this.table.selectedId !== undefined) this.table.deselect()
    else this.filter.clear()
  }

  get table(): TableView<FlowRow> | TableView<GroupRow> {
    return this.view === 'flows' ? this.flows : this.groups
  }

  get flows(): TableView<FlowRow> {
    return this.tables.flows
  }

  /** The table of groups in sight, or the first where flows are. */
  get groups(): TableView<GroupRow> {
    return this.tables.groups
  }

  /** Where the keys go. */
  get keyContext(): KeyContext {
    if (this.prompt) return 'prompt'
    return this.pages.page === undefined ? 'table' : 'page'
  }

  /** The line that is being typed. */
  get prompt(): Prompt | undefined {
    return this.prompting.prompt
  }

  /** The same flows under other names: what is here is shown no more, nor is a group entered or a row selected. */
  mask({ isMasked, renamed }: Masking): void {
    this.names.isMasked = isMasked
    this.whereabouts.isMasked = isMasked
    this.pages.close()
    this.filter.rename(renamed)
    this.#navigation.toTop()
    this.tables.mask(isMasked)
  }

  /** Of the table of groups in sight, or the first where flows are. */
  get groupView(): GroupView {
    return groupViewOf(this.#groupsName)
  }

  /** Flows and groups in no order, each by itself. */
  get shown(): Heard {
    return this.tables.heard
  }

  get #groupsName(): GroupViewName {
    return this.view === 'flows' ? 'processes' : this.view
  }
}
