import { columnNames } from '../paint/view-columns.ts'
import type { LineChoices } from '../prompt/line-commands.ts'
import { offerOfAny, offersOfFlow, offersOfGroup } from './elsewhere.ts'
import type { FlowRow, GroupRow } from './rows.ts'
import type { TableView } from './table-view.ts'
import { viewsOf, viewsWithoutTab, type ViewName } from './views.ts'

/** What is in sight. */
interface InSight {
  readonly themes: readonly string[]
  readonly table: TableView<FlowRow> | TableView<GroupRow>
  readonly view: ViewName
  readonly isOfMany: boolean
}

/** What commands can name now. */
export function lineChoicesOf({ themes, table, view, isOfMany }: InSight): LineChoices {
  const { selected, tags } = table
  const offersOf = (row: FlowRow | GroupRow) =>
    'names' in row ? offersOfGroup(row) : offersOfFlow(row)
  const tagged = (table.rows as readonly (FlowRow | GroupRow)[]).filter(({ id }) => tags.has(id))
  const elsewhere = [
    ...offerOfAny(tagged.map((row) => offersOf(row)[0]?.text)),
    ...(selected ? offersOf(selected) : []),
  ]
  const [sorts, columns, views] = [
    table.sortNames,
    columnNames(view),
    [...viewsOf(isOfMany), ...viewsWithoutTab],
  ]
  return { themes, sorts, columns, views, elsewhere }
}
