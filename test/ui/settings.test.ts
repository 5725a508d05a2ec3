import { describe, expect, test } from 'vitest'
import { KeyConflict, keyTable } from '../../src/ui/keys/key-table.ts'
import { decodeSettings } from '../../src/ui/settings.ts'

describe('settings of the monitor', () => {
  const all = {
    theme: 'dark',
    rates: 'bits',
    mouse: 'off',
    columns: { flows: ['remote_ip', 'tx_rate'], users: ['user', 'share'] },
    keys: { 'sort.next': ['o'], 'program.suspend': [] },
  }

  test('what is written is read', () => {
    expect(decodeSettings(all)).toEqual(all)
    expect(decodeSettings({})).toEqual({})
  })

  test.each([
    [null, /not an object/],
    [{ themes: 'x' }, /no setting 'themes'; did you mean 'theme'/],
    [{ rates: 'nibbles' }, /rates: not one of bytes bits/],
    [{ columns: { flow: [] } }, /no view 'flow'; did you mean 'flows'/],
    [{ columns: { flows: ['remote_id'] } }, /no column of flows 'remote_id'.*'remote_ip'/],
    [{ keys: { 'sort.nxt': ['o'] } }, /no command 'sort.nxt'; did you mean 'sort.next'/],
    [{ keys: { 'sort.next': 'o' } }, /keys.sort.next: not a list/],
  ])('%j is refused by name', (json, message) => {
    expect(() => decodeSettings(json)).toThrow(message)
  })

  test('keys of the settings take the place of a command’s own', () => {
    const { commandOf } = keyTable({ 'sort.next': ['z'], 'program.quit': [] })
    expect(commandOf('z', 'table')).toBe('sort.next')
    expect(commandOf('s', 'table')).toBeUndefined()
    expect(commandOf('q', 'table')).toBeUndefined()
  })

  test('a key that would mean two things is refused, with both', () => {
    expect(() => keyTable({ 'sort.next': ['f'] })).toThrow(KeyConflict)
    expect(() => keyTable({ 'sort.next': ['f'] })).toThrow(
      /the key 'f' is of sort.next and of order.freeze/,
    )
  })
})
