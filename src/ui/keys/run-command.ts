import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import type { MonitorExit } from '../monitor-options.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import type { LineEditor } from '../prompt/line-editor.ts'
import type { Prompt } from '../prompt/prompt.ts'
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

type PromptAction = (target: Pick<CommandTarget, 'store'>) => void

/** Something done to the prompt, and what follows from its text. */
function typing(act: (prompt: Prompt) => void): PromptAction {
  return ({ store: { filter } }) => {
    if (!filter.prompt) return
    act(filter.prompt)
    filter.follow()
  }
}

const editing = (edit: (editor: LineEditor) => void) => typing((prompt) => prompt.edit(edit))

const actions: Record<CommandName, Action> = {
  'filter.edit': ({ store }) => store.editFilter(),
  'view.next': ({ store }) => store.nextView(1),
  'view.previous': ({ store }) => store.nextView(-1),
  'view.flows': ({ store }) => store.show('flows'),
  'view.processes': ({ store }) => store.show('processes'),
  'view.users': ({ store }) => store.show('users'),
  'view.containers': ({ store }) => store.show('containers'),
  'view.cgroups': ({ store }) => store.show('cgroups'),
  'view.remotes': ({ store }) => store.show('remotes'),
  'view.networks': ({ store }) => store.show('networks'),
  'view.services': ({ store }) => store.show('services'),
  'row.detail': ({ store }) => store.openDetail(),
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
  'prompt.keep': ({ store }) => store.filter.keep(),
  'prompt.leave': ({ store }) => store.filter.takeBack(),
  'prompt.complete': typing((prompt) => prompt.complete(1)),
  'prompt.complete-back': typing((prompt) => prompt.complete(-1)),
  'prompt.earlier': typing((prompt) => prompt.recall(-1)),
  'prompt.later': typing((prompt) => prompt.recall(1)),
  'prompt.left': editing((editor) => editor.moveBy(-1)),
  'prompt.right': editing((editor) => editor.moveBy(1)),
  'prompt.start': editing((editor) => editor.moveTo('start')),
  'prompt.end': editing((editor) => editor.moveTo('end')),
  'prompt.erase': editing((editor) => editor.backspace()),
  'prompt.delete': editing((editor) => editor.deleteNext()),
  'prompt.erase-word': editing((editor) => editor.deleteWord()),
  'prompt.erase-all': editing((editor) => editor.deleteBefore()),
  'page.close': ({ store }) => store.closePage(),
  'help.show': ({ store }) => store.openPage('help'),
  'screen.redraw': (target) => target.redraw(),
  'program.suspend': (target) => target.suspend(),
  'program.quit': (target) => target.leave({ kind: 'quit' }),
  'program.interrupt': (target) => target.leave({ kind: 'interrupted' }),
}

/** Text that is typed or pasted into the prompt. */
export function runText(text: string, target: Pick<CommandTarget, 'store'>): void {
  const clean = cleanText(text.replace(/\s+/g, ' '), limits.filterLength)
  editing((editor) => editor.insert(clean))(target)
}

export function runCommand(name: CommandName, target: CommandTarget): void {
  actions[name](target)
}

/** `by` rows of the table, or lines of the page that covers it. */
function move({ store, bodyHeight, pageLines }: CommandTarget, by: number): void {
  if (store.page === undefined) store.table.move(by)
  else store.scrollPage(by, pageLines, bodyHeight)
}
