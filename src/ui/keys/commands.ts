import { keyContexts, type Command } from './command.ts'
import { moveCommands } from './move-commands.ts'
import { timeCommands } from './time-commands.ts'
import { typingCommands } from './typing-commands.ts'

const everywhere = ['table', 'page'] as const
const table = ['table'] as const

/** Dispatch, footer, help screen and the conflict test are all made from this table. Footer order is its order. */
export const commands = {
  'program.quit': {
    keys: ['q', 'f10'],
    contexts: everywhere,
    group: 'Program',
    help: 'Quit',
    hint: 'quit',
  },
  'help.show': {
    keys: ['?', 'h', 'f1'],
    contexts: everywhere,
    group: 'Program',
    help: 'These keys',
    hint: 'help',
  },
  'filter.edit': {
    keys: ['/', 'f4'],
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
  'fleet.retry': {
    keys: ['r'],
    contexts: everywhere,
    group: 'Program',
    help: 'Ask missing hosts again',
    hint: 'retry',
    ofMany: true,
  },
  'fleet.elsewhere': {
    keys: ['w'],
    contexts: table,
    group: 'Views',
    help: 'Where else in the fleet',
    hint: 'where else',
    ofMany: true,
  },
  'view.next': {
    keys: ['tab'],
    contexts: table,
    group: 'Views',
    help: 'Next view',
    hint: 'view',
  },
  'view.previous': { keys: ['shift-tab'], contexts: table, group: 'Views', help: 'View before' },
  'view.hosts': {
    keys: ['0'],
    contexts: everywhere,
    group: 'Views',
    help: 'Hosts of the fleet',
    ofMany: true,
  },
  'view.flows': { keys: ['1'], contexts: everywhere, group: 'Views', help: 'Flows' },
  'view.processes': { keys: ['2'], contexts: everywhere, group: 'Views', help: 'Processes' },
  'view.tree': { keys: ['T', 'f5'], contexts: everywhere, group: 'Views', help: 'Process tree' },
  'view.users': { keys: ['3'], contexts: everywhere, group: 'Views', help: 'Users' },
  'view.containers': { keys: ['4'], contexts: everywhere, group: 'Views', help: 'Containers' },
  'view.cgroups': { keys: ['5'], contexts: everywhere, group: 'Views', help: 'Control groups' },
  'view.remotes': { keys: ['6'], contexts: everywhere, group: 'Views', help: 'Remote hosts' },
  'view.networks': { keys: ['7'], contexts: everywhere, group: 'Views', help: 'Remote networks' },
  'view.countries': { keys: ['C'], contexts: everywhere, group: 'Views', help: 'Countries' },
  'view.systems': { keys: ['A'], contexts: everywhere, group: 'Views', help: 'Autonomous systems' },
  'view.services': { keys: ['8'], contexts: everywhere, group: 'Views', help: 'Services (ports)' },
  'view.interfaces': { keys: ['9'], contexts: everywhere, group: 'Views', help: 'Interfaces' },
  'chart.show': {
    keys: ['v'],
    contexts: everywhere,
    group: 'Views',
    help: 'Traffic over time',
    hint: 'chart',
  },
  'opacity.show': {
    keys: ['o'],
    contexts: everywhere,
    group: 'Views',
    help: 'What the network sees',
  },
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
  'row.unfold': {
    keys: ['right', '+'],
    contexts: table,
    group: 'Views',
    help: 'Unfold the group here',
  },
  'row.fold': { keys: ['left', '-'], contexts: table, group: 'Views', help: 'Fold it again' },
  'row.detail': {
    keys: ['i'],
    contexts: table,
    group: 'Views',
    help: 'All of the selected row',
  },
  'sort.next': {
    keys: ['s', 'f6'],
    contexts: table,
    group: 'Show',
    help: 'Next sort order',
    hint: 'sort',
  },
  'sort.reverse': { keys: ['S'], contexts: table, group: 'Show', help: 'Reverse the order' },
  'view.reset': { keys: ['R'], contexts: everywhere, group: 'Show', help: 'View as at first' },
  'order.freeze': {
    keys: ['f'],
    contexts: table,
    group: 'Show',
    help: 'Freeze the order',
    hint: 'freeze',
  },
  'data.pause': {
    keys: ['p'],
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
  'columns.wide': {
    keys: ['W', 'ctrl-w'],
    contexts: table,
    group: 'Show',
    help: 'Values in full, no bars',
  },
  'graph.toggle': {
    keys: ['b'],
    contexts: everywhere,
    group: 'Show',
    help: 'Graph on top, or not',
  },
  'names.toggle': { keys: ['n'], contexts: everywhere, group: 'Show', help: 'Names by DNS' },
  'whereabouts.toggle': {
    keys: ['N'],
    contexts: everywhere,
    group: 'Show',
    help: 'Country and AS',
  },
  'screen.mask': {
    keys: ['M'],
    contexts: everywhere,
    group: 'Show',
    help: 'Mask names, for pictures',
  },
  'copy.name': {
    keys: ['y'],
    contexts: everywhere,
    group: 'Show',
    help: 'Copy address or name',
  },
  'copy.row': { keys: ['Y'], contexts: everywhere, group: 'Show', help: 'Copy the row' },
  ...timeCommands,
  'theme.next': { keys: ['t'], contexts: everywhere, group: 'Show', help: 'Next theme' },
  'rows.export': {
    keys: ['e'],
    contexts: table,
    group: 'Show',
    help: 'Export the rows to a file',
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
    help: 'What is not seen',
    hint: 'coverage',
  },
  ...moveCommands,
  ...typingCommands,
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
