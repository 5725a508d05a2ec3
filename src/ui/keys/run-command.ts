import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import { exportName } from '../exported-rows.ts'
import type { LineEditor } from '../prompt/line-editor.ts'
import type { Prompt } from '../prompt/prompt.ts'
import type { CommandTarget } from './command-target.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { tabOf, viewsOf } from '../store/views.ts'
import { resetView } from '../store/reset-view.ts'
import { WideColumns } from '../store/wide-columns.ts'
import { runLine } from './run-line.ts'
import type { CommandName } from './commands.ts'

type Action = (target: CommandTarget) => void

type PromptAction = (target: Pick<CommandTarget, 'store'>) => void

/** Something done to the prompt, and what follows from its text. */
function typing(act: (prompt: Prompt) => void): PromptAction {
  return ({ store }) => {
    if (!store.prompt) return
    act(store.prompt)
    store.prompting.follow()
  }
}

const editing = (edit: (editor: LineEditor) => void) => typing((prompt) => prompt.edit(edit))

/** Windows of a far step. */
const farSteps = 10

const actions: Record<CommandName, Action> = {
  'filter.edit': ({ store }) => store.prompting.editFilter(),
  'find.edit': ({ store }) => store.prompting.editFind(),
  'find.next': ({ store }) => store.finder.next(1),
  'find.previous': ({ store }) => store.finder.next(-1),
  'tag.toggle': ({ store }) => store.table.toggleTag(),
  'tag.only': ({ store }) => onlyTagged(store),
  'tag.none': ({ store }) => store.table.retag((tags) => tags.clear()),
  'page.search': ({ store }) => store.prompting.editSearch(),
  'command.edit': ({ store }) => store.prompting.editCommand(''),
  'rows.export': ({ store }) => store.prompting.editCommand(`export ${exportName(store)}`),
  'time.back': ({ store, now }) => store.time.step(-1, now),
  'time.forward': ({ store, now }) => store.time.step(1, now),
  'time.far-back': ({ store, now }) => store.time.step(-farSteps, now),
  'time.far-forward': ({ store, now }) => store.time.step(farSteps, now),
  'time.live': ({ store }) => store.time.goLive(),
  'time.compare': (target) => target.compare(undefined),
  'fleet.elsewhere': ({ store }) => store.prompting.offerCommand('elsewhere '),
  'fleet.retry': (target) => target.retry(),
  'time.shorter': ({ store }) => store.time.resize(-1),
  'time.longer': ({ store }) => store.time.resize(1),
  'theme.next': (target) => target.nextTheme(),
  'view.next': ({ store }) => nextView(store, 1),
  'view.previous': ({ store }) => nextView(store, -1),
  'chart.show': ({ store }) => store.pages.open('chart'),
  'opacity.show': ({ store }) => store.pages.open('opacity'),
  'view.hosts': ({ store }) => store.show('hosts'),
  'view.flows': ({ store }) => store.show('flows'),
  'view.processes': ({ store }) => store.show('processes'),
  'view.users': ({ store }) => store.show('users'),
  'view.containers': ({ store }) => store.show('containers'),
  'view.cgroups': ({ store }) => store.show('cgroups'),
  'view.remotes': ({ store }) => store.show('remotes'),
  'view.networks': ({ store }) => store.show('networks'),
  'view.countries': ({ store }) =>
    store.show(store.view === 'countries' ? 'networks' : 'countries'),
  'view.systems': ({ store }) => store.show(store.view === 'systems' ? 'networks' : 'systems'),
  'view.services': ({ store }) => store.show('services'),
  'view.interfaces': ({ store }) => store.show('interfaces'),
  'row.unfold': ({ store }) => store.turnFold('open'),
  'row.fold': ({ store }) => store.turnFold('closed'),
  'view.tree': ({ store }) => store.show(store.view === 'tree' ? 'processes' : 'tree'),
  'row.detail': ({ store }) => store.openDetail(),
  'row.open': ({ store }) => store.openRow(),
  'row.back': ({ store }) => store.back(),
  'sort.next': ({ store }) => store.table.nextSort(),
  'sort.reverse': ({ store }) => store.table.reverseSort(),
  'order.freeze': ({ store }) => store.table.toggleFrozen(),
  'data.pause': ({ store }) => store.togglePause(),
  'rate.unit': ({ store }) => {
    store.unit = store.unit === 'bytes' ? 'bits' : 'bytes'
  },
  'columns.wide': ({ store }) => toggleWide(store),
  'graph.toggle': ({ store }) => toggleGraph(store),
  'view.reset': ({ store }) => resetView(store),
  'screen.mask': (target) => target.toggleMask(),
  'copy.name': (target) => target.copy('name'),
  'copy.row': (target) => target.copy('row'),
  'names.toggle': ({ store }) => void (store.message = store.names.toggle()),
  'whereabouts.toggle': ({ store }) => store.whereabouts.toggle(),
  'coverage.show': ({ store }) => store.pages.open('coverage'),
  'move.down': (target) => move(target, 1),
  'move.up': (target) => move(target, -1),
  'move.page-down': (target) => move(target, target.bodyHeight),
  'move.page-up': (target) => move(target, -target.bodyHeight),
  'move.first': (target) => move(target, -Infinity),
  'move.last': (target) => move(target, Infinity),
  'prompt.keep': (target) => keepPrompt(target),
  'prompt.leave': ({ store }) => store.prompting.leave(),
  'prompt.complete': typing((prompt) => prompt.complete(1)),
  'prompt.complete-back': typing((prompt) => prompt.complete(-1)),
  'prompt.earlier': typing((prompt) => prompt.recall(-1)),
  'prompt.later': typing((prompt) => prompt.recall(1)),
  'prompt.next-row': ({ store }) => store.prompting.nextRow(),
  'prompt.left': editing((editor) => editor.moveBy(-1)),
  'prompt.right': editing((editor) => editor.moveBy(1)),
  'prompt.start': editing((editor) => editor.moveTo('start')),
  'prompt.end': editing((editor) => editor.moveTo('end')),
  'prompt.erase': editing((editor) => editor.backspace()),
  'prompt.delete': editing((editor) => editor.deleteNext()),
  'prompt.erase-word': editing((editor) => editor.deleteWord()),
  'prompt.erase-all': editing((editor) => editor.deleteBefore()),
  'page.close': ({ store }) => store.pages.close(),
  'help.show': ({ store }) => store.pages.open('help'),
  'screen.redraw': (target) => target.redraw(),
  'program.suspend': (target) => target.suspend(),
  'program.quit': (target) => target.leave({ kind: 'quit' }),
  'program.interrupt': (target) => target.leave({ kind: 'interrupted' }),
}

/** Text that is typed or pasted into the prompt. */
export function runText(text: string, target: Pick<CommandTarget, 'store'>): void {
  const isSecret = target.store.prompt?.language.isSecret
  const clean = isSecret ? text : cleanText(text.replace(/\s+/g, ' '), limits.filterLength)
  editing((editor) => editor.insert(clean))(target)
}

export function runCommand(name: CommandName, target: CommandTarget): void {
  actions[name](target)
}

function toggleWide(store: MonitorStore): void {
  store.wide = store.wide ? undefined : new WideColumns()
  if (store.wide) store.message = { kind: 'note', text: 'values in full; W: columns as before' }
}

function toggleGraph(store: MonitorStore): void {
  store.hasGraph = !store.hasGraph
  store.message = {
    kind: 'note',
    text: store.hasGraph
      ? 'graph on, in terminals of 30 lines and more'
      : 'graph off; :save keeps it so',
  }
}

function onlyTagged(store: MonitorStore): void {
  if (store.table.tags.size > 0) store.table.retag((tags) => tags.toggleOnly())
  else store.message = { kind: 'note', text: 'no row is tagged' }
}

/** In the order of the tabs. */
export function nextView(store: MonitorStore, by: -1 | 1): void {
  const views = viewsOf(store.isOfMany)
  const next = views.indexOf(tabOf(store.view)) + by + views.length
  store.show(views[next % views.length] ?? 'flows')
}

/** Enter: does what the line says, or leaves it open where it says nothing. */
function keepPrompt(target: CommandTarget): void {
  const { store } = target
  const text = store.prompting.keep()
  if (text !== undefined) runLine(text, target)
}

/** `by` rows of the table, or lines of the page that covers it. */
export function move({ store, bodyHeight, pageLines }: CommandTarget, by: number): void {
  if (store.pages.page === undefined) store.table.move(by)
  else store.pages.scroll(by, pageLines, bodyHeight)
}
