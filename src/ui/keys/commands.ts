/** Where a key works: in a table, or in a page of text (help, coverage). */
export type KeyContext = 'table' | 'page'

interface Command {
  readonly keys: readonly [string, ...string[]]
  readonly contexts: readonly KeyContext[]
  readonly group: 'Move' | 'Show' | 'Program'
  /** For the help screen. */
  readonly help: string
  /** For the footer, which shows the first key and this word; without it the command is in the help only. */
  readonly hint?: string
}

const everywhere = ['table', 'page'] as const
const table = ['table'] as const

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
  'view.next': {
    keys: ['tab', 'shift-tab'],
    contexts: table,
    group: 'Show',
    help: 'Flows or process totals',
    hint: 'view',
  },
  'row.open': {
    keys: ['enter'],
    contexts: table,
    group: 'Show',
    help: 'Flows of the selected group',
  },
  'row.back': {
    keys: ['escape'],
    contexts: table,
    group: 'Show',
    help: 'Back; select nothing',
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
  'page.close': {
    keys: ['escape', 'enter', 'tab'],
    contexts: ['page'],
    group: 'Program',
    help: 'Close this page',
    hint: 'close',
  },
  'screen.redraw': {
    keys: ['ctrl-l'],
    contexts: everywhere,
    group: 'Program',
    help: 'Draw anew',
  },
  'program.suspend': {
    keys: ['ctrl-z'],
    contexts: everywhere,
    group: 'Program',
    help: 'Suspend, fg resumes',
  },
  'program.interrupt': {
    keys: ['ctrl-c'],
    contexts: everywhere,
    group: 'Program',
    help: 'Quit, exit code 130',
  },
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof commands

/** The table in its own order, as entries of one type. */
export const commandList: readonly (readonly [CommandName, Command])[] = Object.entries(
  commands,
) as [CommandName, Command][]

/** The command of a key; the table holds each key once a context, which a test holds. */
export function commandOf(key: string, context: KeyContext): CommandName | undefined {
  return commandList.find(
    ([, command]) => command.contexts.includes(context) && command.keys.includes(key),
  )?.[0]
}

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
