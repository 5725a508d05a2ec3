import type { GroupTotals } from '../../query/totals.ts'
import type { Heard } from './answers.ts'
import { Folds } from './folds.ts'
import { processTree } from './process-tree.ts'
import type { GroupRow } from './rows.ts'
import { groupSorts } from './sort-keys.ts'
import { TableView } from './table-view.ts'
import { unfold } from './unfold.ts'
import { groupsOfView } from './group-names.ts'
import { groupViewNames, groupViewOf, type GroupView, type GroupViewName } from './views.ts'

/** The tables of groups, each with its own order, selection and unfolded rows. */
export class GroupTables {
  readonly #folds = new Folds()
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
    const rows = view.isTree
      ? processTree(view, groups, unfolding)
      : unfold(view, groups, unfolding)
    this.of(name).setRows(rows)
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
