import { keyContexts, type Command } from './command.ts'
import { typingCommands } from './typing-commands.ts'

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
  'view.hosts': {
    keys: ['0'],
    contexts: everywhere,
    group: 'Views',
    help: 'Hosts of the fleet',
    ofMany: true,
  },
  'view.flows': { keys: ['1'], contexts: everywhere, group: 'Views', help: 'Flows' },
  'view.processes': { keys: ['2'], contexts: everywhere, group: 'Views', help: 'Processes' },
  'view.users': { keys: ['3'], contexts: everywhere, group: 'Views', help: 'Users' },
  'view.containers': { keys: ['4'], contexts: everywhere, group: 'Views', help: 'Containers' },
  'view.cgroups': { keys: ['5'], contexts: everywhere, group: 'Views', help: 'Control groups' },
  'view.remotes': { keys: ['6'], contexts: everywhere, group: 'Views', help: 'Remote hosts' },
  'view.networks': { keys: ['7'], contexts: everywhere, group: 'Views', help: 'Remote networks' },
  'view.services': { keys: ['8'], contexts: everywhere, group: 'Views', help: 'Services (ports)' },
  'chart.show': {
    keys: ['9', 'v'],
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
  'names.toggle': {
    keys: ['n'],
    contexts: everywhere,
    group: 'Show',
    help: 'Names by DNS',
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
  'time.back': { keys: ['['], contexts: table, group: 'Show', help: 'Back in time', hint: 'past' },
  'time.forward': { keys: [']'], contexts: table, group: 'Show', help: 'On in time, up to now' },
  'time.live': { keys: ['L'], contexts: table, group: 'Show', help: 'Now' },
  'time.compare': {
    keys: ['='],
    contexts: table,
    group: 'Show',
    help: 'Compare with before',
  },
  'fleet.elsewhere': {
    keys: ['w'],
    contexts: table,
    group: 'Views',
    help: 'Where else in the fleet',
  },
  'fleet.retry': {
    keys: ['r'],
    contexts: everywhere,
    group: 'Program',
    help: 'Ask missing hosts again',
    ofMany: true,
  },
  'time.shorter': { keys: ['{'], contexts: table, group: 'Show', help: 'Shorter times' },
  'time.longer': { keys: ['}'], contexts: table, group: 'Show', help: 'Longer times' },
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
