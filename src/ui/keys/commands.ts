/** Where a key works: in a table, in a page of text (help, coverage, detail), or in a line that is typed. */
export const keyContexts = ['table', 'page', 'prompt'] as const
export type KeyContext = (typeof keyContexts)[number]

export type CommandGroup = 'Views' | 'Show' | 'Move' | 'Program' | 'Typing'

export interface Command {
  readonly keys: readonly string[]
  readonly contexts: readonly KeyContext[]
  readonly group: CommandGroup
  /** For the help screen. */
  readonly help: string
  /** For the footer, which shows the first key and this word; without it the command is in the help only. */
  readonly hint?: string
}

const everywhere = ['table', 'page'] as const
const table = ['table'] as const
const prompt = ['prompt'] as const

/** Dispatch, footer, help screen and the conflict test are all made from this table. Footer order is its order. */
export const commands = {
  'program.quit': {
    keys: ['q'],
    contexts: everywhere,
    group: 'Program',
    help: 'Quit',
    hint: 'quit',
  },
  'help.show': {
    keys: ['?', 'h'],
    contexts: everywhere,
    group: 'Program',
    help: 'These keys',
    hint: 'help',
  },
  'filter.edit': {
    keys: ['/'],
    contexts: table,
    group: 'Show',
    help: 'Filter the flows',
    hint: 'filter',
  },
  'page.search': {
    keys: ['/'],
    contexts: ['page'],
    group: 'Program',
    help: 'Search in this page',
    hint: 'search',
  },
  'view.next': {
    keys: ['tab'],
    contexts: table,
    group: 'Views',
    help: 'Next view',
    hint: 'view',
  },
  'view.previous': { keys: ['shift-tab'], contexts: table, group: 'Views', help: 'View before' },
  'view.flows': { keys: ['1'], contexts: everywhere, group: 'Views', help: 'Flows' },
  'view.processes': { keys: ['2'], contexts: everywhere, group: 'Views', help: 'Processes' },
  'view.users': { keys: ['3'], contexts: everywhere, group: 'Views', help: 'Users' },
  'view.containers': { keys: ['4'], contexts: everywhere, group: 'Views', help: 'Containers' },
  'view.cgroups': { keys: ['5'], contexts: everywhere, group: 'Views', help: 'Control groups' },
  'view.remotes': { keys: ['6'], contexts: everywhere, group: 'Views', help: 'Remote hosts' },
  'view.networks': { keys: ['7'], contexts: everywhere, group: 'Views', help: 'Remote networks' },
  'view.services': { keys: ['8'], contexts: everywhere, group: 'Views', help: 'Services (ports)' },
  'row.open': {
    keys: ['enter'],
    contexts: table,
    group: 'Views',
    help: 'Into the group; a flow',
    hint: 'open',
  },
  'row.back': {
    keys: ['escape', 'backspace'],
    contexts: table,
    group: 'Views',
    help: 'Back; no row, no filter',
  },
  'row.detail': {
    keys: ['i'],
    contexts: table,
    group: 'Views',
    help: 'All of the selected row',
  },
  'sort.next': {
    keys: ['s'],
    contexts: table,
    group: 'Show',
    help: 'Next sort order',
    hint: 'sort',
  },
  'sort.reverse': { keys: ['S'], contexts: table, group: 'Show', help: 'Reverse the order' },
  'order.freeze': {
    keys: ['f'],
    contexts: table,
    group: 'Show',
    help: 'Freeze the order',
    hint: 'freeze',
  },
  'data.pause': {
    keys: ['p', 'space'],
    contexts: table,
    group: 'Show',
    help: 'Pause the screen',
    hint: 'pause',
  },
  'rate.unit': {
    keys: ['x'],
    contexts: table,
    group: 'Show',
    help: 'Rates in bytes or bits',
    hint: 'bits',
  },
  'theme.next': { keys: ['t'], contexts: everywhere, group: 'Show', help: 'Next theme' },
  'rows.export': {
    keys: ['e'],
    contexts: table,
    group: 'Show',
    help: 'Export to CSV or JSON',
  },
  'command.edit': {
    keys: [':'],
    contexts: everywhere,
    group: 'Program',
    help: 'Command; Tab lists them',
  },
  'coverage.show': {
    keys: ['c'],
    contexts: everywhere,
    group: 'Show',
    help: 'What is not seen, and why',
    hint: 'coverage',
  },
  'move.down': { keys: ['down', 'j'], contexts: everywhere, group: 'Move', help: 'Down' },
  'move.up': { keys: ['up', 'k'], contexts: everywhere, group: 'Move', help: 'Up' },
  'move.page-down': {
    keys: ['page-down', 'ctrl-f'],
    contexts: everywhere,
    group: 'Move',
    help: 'A page down',
  },
  'move.page-up': {
    keys: ['page-up', 'ctrl-b'],
    contexts: everywhere,
    group: 'Move',
    help: 'A page up',
  },
  'move.first': { keys: ['home', 'g'], contexts: everywhere, group: 'Move', help: 'First row' },
  'move.last': { keys: ['end', 'G'], contexts: everywhere, group: 'Move', help: 'Last row' },
  'prompt.keep': { keys: ['enter'], contexts: prompt, group: 'Typing', help: 'Keep', hint: 'keep' },
  'prompt.leave': {
    keys: ['escape', 'ctrl-g'],
    contexts: prompt,
    group: 'Typing',
    help: 'Take back',
    hint: 'back',
  },
  'prompt.complete': {
    keys: ['tab'],
    contexts: prompt,
    group: 'Typing',
    help: 'Complete; again: the next',
    hint: 'complete',
  },
  'prompt.complete-back': {
    keys: ['shift-tab'],
    contexts: prompt,
    group: 'Typing',
    help: 'The one before',
  },
  'prompt.earlier': { keys: ['up', 'ctrl-p'], contexts: prompt, group: 'Typing', help: 'Earlier' },
  'prompt.later': { keys: ['down', 'ctrl-n'], contexts: prompt, group: 'Typing', help: 'Later' },
  'prompt.left': { keys: ['left', 'ctrl-b'], contexts: prompt, group: 'Typing', help: 'Left' },
  'prompt.right': { keys: ['right', 'ctrl-f'], contexts: prompt, group: 'Typing', help: 'Right' },
  'prompt.start': {
    keys: ['home', 'ctrl-a'],
    contexts: prompt,
    group: 'Typing',
    help: 'Beginning',
  },
  'prompt.end': { keys: ['end', 'ctrl-e'], contexts: prompt, group: 'Typing', help: 'End' },
  'prompt.erase': { keys: ['backspace'], contexts: prompt, group: 'Typing', help: 'Erase' },
  'prompt.delete': {
    keys: ['delete', 'ctrl-d'],
    contexts: prompt,
    group: 'Typing',
    help: 'Delete',
  },
  'prompt.erase-word': {
    keys: ['ctrl-w'],
    contexts: prompt,
    group: 'Typing',
    help: 'Erase a word',
  },
  'prompt.erase-all': {
    keys: ['ctrl-u'],
    contexts: prompt,
    group: 'Typing',
    help: 'Erase to the beginning',
  },
  'page.close': {
    keys: ['escape', 'enter', 'tab'],
    contexts: ['page'],
    group: 'Program',
    help: 'Close this page',
    hint: 'close',
  },
  'screen.redraw': {
    keys: ['ctrl-l'],
    contexts: keyContexts,
    group: 'Program',
    help: 'Draw anew',
  },
  'program.suspend': {
    keys: ['ctrl-z'],
    contexts: keyContexts,
    group: 'Program',
    help: 'Suspend, fg resumes',
  },
  'program.interrupt': {
    keys: ['ctrl-c'],
    contexts: keyContexts,
    group: 'Program',
    help: 'Quit, exit code 130',
  },
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof commands
export const commandNames = Object.keys(commands) as readonly CommandName[]

/** The table in its own order, as entries of one type. */
export const commandList: readonly (readonly [CommandName, Command])[] = Object.entries(
  commands,
) as [CommandName, Command][]

const labels: Record<string, string> = {
  'page-up': 'PgUp',
  'page-down': 'PgDn',
  up: '↑',
  down: '↓',
  escape: 'Esc',
}

/** A key as people write it: Enter, Ctrl-C, PgDn. */
export function keyLabel(key: string): string {
  if (key.length === 1) return key
  return labels[key] ?? key.replace(/(^|-)[a-z]/g, (first) => first.toUpperCase())
}
