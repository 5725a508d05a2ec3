import { describe, expect, test } from 'vitest'
import { keyContexts } from '../../../src/ui/keys/command.ts'
import { commandList } from '../../../src/ui/keys/commands.ts'
import { keyTable } from '../../../src/ui/keys/key-table.ts'

const { commandOf } = keyTable()

describe('the key table', () => {
  test.each(keyContexts)('no key means two things in a %s', (context) => {
    const keys = commandList
      .filter(([, command]) => command.contexts.includes(context))
      .flatMap(([, command]) => command.keys)
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  })

  test('each command is reached by each of its keys, in each of its contexts', () => {
    for (const [name, { keys, contexts }] of commandList)
      for (const context of contexts)
        for (const key of keys) expect(commandOf(key, context), key).toBe(name)
  })

  test('one can leave from everywhere', () => {
    for (const context of keyContexts)
      expect(commandOf('ctrl-c', context)).toBe('program.interrupt')
    expect(commandOf('q', 'table')).toBe('program.quit')
    expect(commandOf('q', 'page')).toBe('program.quit')
  })

  test('a character is typed in a prompt, and is no command there', () => {
    const typed = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
    expect(typed.filter((key) => commandOf(key, 'prompt'))).toEqual([])
  })

  test('a key that is not in the table does nothing', () => {
    expect(commandOf('ü', 'table')).toBeUndefined()
  })
})
