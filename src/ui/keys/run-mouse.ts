import type { InputEvent } from './key-parser.ts'
import type { CommandTarget } from './command-target.ts'
import { move } from './run-command.ts'

/** Rows that a turn of the wheel moves. */
const wheelRows = 3

/** The wheel moves, a click selects a row (the selected one opens), orders by a column, or shows a view. */
export function runMouse(
  { action, column, row }: Extract<InputEvent, { kind: 'mouse' }>,
  target: CommandTarget,
): void {
  const { store } = target
  if (store.prompt) return
  if (action !== 'press') return move(target, action === 'wheel-up' ? -wheelRows : wheelRows)
  const place = target.at(column, row)
  if (!place) return
  if (place.kind === 'tab') return store.show(place.view)
  if (store.pages.page !== undefined) return
  if (place.kind === 'time') return store.time.goTo(place.moment, target.now)
  if (place.kind === 'heading') return store.table.sortByColumn(place.column)
  const before = store.table.selectedId
  store.table.selectInWindow(place.line)
  if (before !== undefined && before === store.table.selectedId) store.openRow()
}
