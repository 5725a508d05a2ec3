import type { Command } from './command.ts'

const everywhere = ['table', 'page'] as const
const table = ['table'] as const

/** Through the rows of a table, and which of them are tagged. */
export const moveCommands = {
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
  'find.edit': {
    keys: ['J', 'f3'],
    contexts: table,
    group: 'Move',
    help: 'Jump to a row by its text',
  },
  'find.next': { keys: ['.'], contexts: table, group: 'Move', help: 'The next such row' },
  'find.previous': { keys: [','], contexts: table, group: 'Move', help: 'The one before' },
  'tag.toggle': { keys: ['space'], contexts: table, group: 'Move', help: 'Tag the row, go on' },
  'tag.only': { keys: ['m'], contexts: table, group: 'Move', help: 'Only tagged rows, or all' },
  'tag.none': { keys: ['U'], contexts: table, group: 'Move', help: 'Untag all' },
} as const satisfies Record<string, Command>
