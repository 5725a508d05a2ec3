import type { Answer, Query } from '../../query/session.ts'
import type { Heard } from './answers.ts'
import { GroupTables } from './group-tables.ts'
import type { Sight } from './held-moment.ts'
import type { FlowRow, GroupRow } from './rows.ts'
import { ShownAnswers, type Wanted } from './shown-answers.ts'
import { flowSorts } from './sort-keys.ts'
import { TableView } from './table-view.ts'
import type { GroupViewName } from './views.ts'

/** Which table of groups is in sight, and of which flows. */
export interface TableSight extends Sight {
  readonly name: GroupViewName
}

/** What was heard, or on a paused screen was heard then, in the tables that show it. */
export class ShownTables {
  readonly flows = new TableView<FlowRow>(flowSorts)
  readonly #groups = new GroupTables()
  readonly #answers = new ShownAnswers()
  readonly #sight: () => TableSight
  /** While paused: what the session is asked for all the time. */
  #heldQueries: readonly Query[] | undefined

  constructor(sight: () => TableSight) {
    this.#sight = sight
  }

  /** Flows and groups in no order, each by itself. */
  get heard(): Heard {
    return this.#answers.heard
  }

  /** The table of groups in sight. */
  get groups(): TableView<GroupRow> {
    return this.#groups.of(this.#sight().name)
  }

  get paused(): boolean {
    return this.#answers.paused
  }

  get heldQueries(): readonly Query[] | undefined {
    return this.#heldQueries
  }

  /** What a paused screen wants to know besides; undefined once it was asked. */
  askWanted(): Wanted | undefined {
    const wanted = this.#answers.askWanted()
    return wanted && { ...wanted, take: (answer) => this.#showing(() => wanted.take(answer)) }
  }

  /** What a paused screen does not know of what is looked at. */
  get missing(): string | undefined {
    return this.#answers.missing
  }

  take(answer: Answer, query: Query): void {
    this.#showing(() => this.#answers.take(answer, query, this.#sight()))
  }

  /** The session ended without a last word. */
  markStale(why: string): void {
    this.#heldQueries = undefined
    this.#showing(() => this.#answers.markStale(why))
  }

  /** Nothing new is shown from now on; meanwhile the session is asked `queries`, so that going on knows of what happened. */
  pause(queries: readonly Query[]): void {
    this.#heldQueries = queries
    this.#showing(() => this.#answers.pause(this.#sight()))
  }

  goOn(): void {
    this.#heldQueries = undefined
    this.#showing(() => this.#answers.goOn())
  }

  /** Something else is looked at: a paused screen shows it as it was then. */
  look(): void {
    if (this.paused) this.#showing(() => this.#answers.look(this.#sight()))
  }

  keepFlowsOf(host: string): void {
    this.#showing(() => this.#answers.keepFlowsOf(host))
  }

  /** Unfolds the selected group in its place, or folds it. */
  turnFold(to: 'open' | 'closed'): void {
    const { name } = this.#sight()
    if (this.#groups.turn(name, to)) this.#groups.fill(name, this.heard)
  }

  resetFolds(): void {
    this.#groups.resetFolds()
    this.#groups.fill(this.#sight().name, this.heard)
  }

  forgetGroups(): void {
    this.#answers.forgetGroups()
    this.groups.setRows([])
  }

  /** Flows come under other names: those that are here are shown no more. */
  mask(isMasked: boolean): void {
    this.#groups.isMasked = isMasked
    this.#heldQueries = undefined
    this.#showing(() => this.#answers.forgetRows())
    this.groups.forget()
  }

  /** Does something that changes what is shown, and gives it to the tables. */
  #showing(change: () => void): void {
    const before = this.heard
    change()
    const { coverage, flows, groups } = this.heard
    // A new run of the recorder numbers its flows from 1 again.
    if (coverage?.from !== before.coverage?.from) this.flows.forget()
    if (groups !== before.groups || flows !== before.flows)
      this.#groups.fill(this.#sight().name, this.heard)
    if (flows !== before.flows) this.flows.setRows(flows)
  }
}
