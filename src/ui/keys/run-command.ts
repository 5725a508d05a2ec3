import type { MonitorExit } from '../monitor-options.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import type { CommandName } from './commands.ts'

/** What commands act on. */
export interface CommandTarget {
  readonly store: MonitorStore
  readonly bodyHeight: number
  readonly pageLines: number
  redraw(): void
  suspend(): void
  leave(exit: MonitorExit): void
}

type Action = (target: CommandTarget) => void

const actions: Record<CommandName, Action> = {
  'view.next': ({ store }) => store.nextView(),
  'row.open': ({ store }) => store.openRow(),
  'row.back': ({ store }) => store.back(),
  'sort.next': ({ store }) => store.table.nextSort(),
  'sort.reverse': ({ store }) => store.table.reverseSort(),
  'order.freeze': ({ store }) => store.table.toggleFrozen(),
  'data.pause': ({ store }) => store.togglePause(),
  'rate.unit': ({ store }) => store.toggleUnit(),
  'coverage.show': ({ store }) => store.openPage('coverage'),
  'move.down': (target) => move(target, 1),
  'move.up': (target) => move(target, -1),
  'move.page-down': (target) => move(target, target.bodyHeight),
  'move.page-up': (target) => move(target, -target.bodyHeight),
  'move.first': (target) => move(target, -Infinity),
  'move.last': (target) => move(target, Infinity),
  'page.close': ({ store }) => store.closePage(),
  'help.show': ({ store }) => store.openPage('help'),
  'screen.redraw': (target) => target.redraw(),
  'program.suspend': (target) => target.suspend(),
  'program.quit': (target) => target.leave({ kind: 'quit' }),
  'program.interrupt': (target) => target.leave({ kind: 'interrupted' }),
}

export function runCommand(name: CommandName, target: CommandTarget): void {
  actions[name](target)
}

/** `by` rows of the table, or lines of the page that covers it. */
function move({ store, bodyHeight, pageLines }: CommandTarget, by: number): void {
  if (store.page === undefined) store.table.move(by)
  else store.scrollPage(by, pageLines, bodyHeight)
}
