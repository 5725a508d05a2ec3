import type { GroupTotals } from '../../query/totals.ts'
import type { Heard } from './answers.ts'
import { Folds } from './folds.ts'
import { processTree, type Sight } from './process-tree.ts'
import type { GroupRow } from './rows.ts'
import { groupSorts } from './sort-keys.ts'
import { TableView } from './table-view.ts'
import { unfold } from './unfold.ts'
import { groupsOfView } from './group-names.ts'
import { groupViewNames, groupViewOf, type GroupView, type GroupViewName } from './views.ts'

/** The tables of groups, each with its own order, selection and unfolded rows. */
export class GroupTables {
  readonly #folds = new Folds()
  /** Flows have pseudonyms in the place of their addresses. */
  isMasked = false
  readonly #tables = new Map<GroupViewName, TableView<GroupRow>>(
    groupViewNames.map((name) => [name, new TableView(groupSorts(groupViewOf(name)))]),
  )

  of(name: GroupViewName): TableView<GroupRow> {
    return this.#tables.get(name)!
  }

  /** Gives a table what was heard. */
  fill(name: GroupViewName, { groups, flows, coverage, interfaces }: Heard): void {
    const view = groupViewOf(name)
    const isOfMany = coverage?.hosts !== undefined
    const unfolding = {
      flows,
      host: coverage?.host ?? '',
      folds: this.#folds,
      groupsOf: (of: GroupView, all: readonly GroupTotals[]) =>
        groupsOfView(of, all, { interfaces, isOfMany }),
      hasLetGo: (coverage?.flowsLetGo ?? 0) > 0,
      isOfMany,
    }
    this.of(name).setRows(this.#unfolded(view, groups, unfolding))
  }

  #unfolded(view: GroupView, groups: readonly GroupRow[], unfolding: Sight) {
    if (view.isTree) return processTree(view, groups, unfolding)
    // Which of the flows are a country's their pseudonyms do not say; entering it asks for its own.
    const isWhole = view.isLookedUp && this.isMasked
    return isWhole
      ? groups.map((row): GroupRow => ({ ...row, fold: 'none' }))
      : unfold(view, groups, unfolding)
  }

  /** All as they are from the start; the tables are to be filled anew. */
  resetFolds(): void {
    this.#folds.reset()
  }

  /**
   * Unfolds the selected row, or goes into it where it is; folds it, or goes out of it to the row of which it is a part.
   * True where the table is to be filled anew.
   */
  turn(name: GroupViewName, to: 'open' | 'closed'): boolean {
    const table = this.of(name)
    const { selected } = table
    if (!selected) return false
    if (selected.fold === (to === 'open' ? 'closed' : 'open')) {
      this.#folds.turn(selected.id)
      return true
    }
    if (to === 'closed') table.selectWhole()
    else if (selected.fold === 'open') table.move(1)
    return false
  }
}
