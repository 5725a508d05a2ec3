import type { Command } from './command.ts'

const prompt = ['prompt'] as const

/** Keys of a line that is typed; every other character goes into it. */
export const typingCommands = {
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
  'prompt.next-row': { keys: ['f3'], contexts: prompt, group: 'Typing', help: 'Next row found' },
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
} as const satisfies Record<string, Command>
