import { describe, expect, test } from 'vitest'
import { commandList, commandOf, type KeyContext } from '../../../src/ui/keys/commands.ts'

const contexts: readonly KeyContext[] = ['table', 'page']

describe('the key table', () => {
  test.each(contexts)('no key means two things in a %s', (context) => {
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
    for (const context of contexts) {
      expect(commandOf('q', context)).toBe('program.quit')
      expect(commandOf('ctrl-c', context)).toBe('program.interrupt')
    }
  })

  test('a key that is not in the table does nothing', () => {
    expect(commandOf('ü', 'table')).toBeUndefined()
  })
})
