import type { Command } from './command.ts'

const table = ['table'] as const

/** Through the recorded past. */
export const timeCommands = {
  'time.back': { keys: ['['], contexts: table, group: 'Show', help: 'Back in time', hint: 'past' },
  'time.forward': { keys: [']'], contexts: table, group: 'Show', help: 'On in time, up to now' },
  'time.far-back': { keys: ['('], contexts: table, group: 'Show', help: 'Ten times back' },
  'time.far-forward': { keys: [')'], contexts: table, group: 'Show', help: 'Ten times on' },
  'time.live': { keys: ['L'], contexts: table, group: 'Show', help: 'Now' },
  'time.compare': {
    keys: ['='],
    contexts: table,
    group: 'Show',
    help: 'Compare with before',
  },
  'time.shorter': { keys: ['{'], contexts: table, group: 'Show', help: 'Shorter times' },
  'time.longer': { keys: ['}'], contexts: table, group: 'Show', help: 'Longer times' },
} as const satisfies Record<string, Command>
