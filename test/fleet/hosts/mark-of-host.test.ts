import { describe, expect, test } from 'vitest'
import { decodeFleetConfig } from '../../../src/fleet/hosts/fleet-config.ts'
import { markOfHost } from '../../../src/fleet/hosts/mark-of-host.ts'

const decoded = (config: object) => decodeFleetConfig(JSON.stringify(config))
const groups = { prod: ['db1', '@web'], web: ['web*'], loop: ['@loop'], test: ['*'] }

describe('the mark of a host', () => {
  test.each([
    ['db1', 'prod'],
    ['web7', 'prod'],
    ['laptop', 'test'],
  ])('%s is that of the first marked group that it is in: %s', (host, name) => {
    const read = decoded({ groups, marks: { loop: 'blue', prod: 'red', test: 'green' } })
    if (!read.ok) throw new Error(read.why)
    expect(markOfHost(host, read.config)?.name).toBe(name)
  })

  test('none where no group is marked, or none has it', () => {
    const read = decoded({ groups: { prod: ['db1'] }, marks: { prod: 'red' } })
    if (!read.ok) throw new Error(read.why)
    expect(markOfHost('db1', read.config)).toEqual({ name: 'prod', colour: 'red' })
    expect(markOfHost('db2', read.config)).toBeUndefined()
  })

  test.each([
    [{ groups, marks: { prdo: 'red' } }, 'marks.prdo: there is no such group'],
    [{ groups, marks: { prod: 'crimson' } }, 'marks.prod: not one of red green'],
    [{ groups, marks: ['prod'] }, 'marks: not an object'],
    [{ groups: { prod: 'db1' } }, 'groups.prod: not a list'],
  ])('a setting that cannot be is named: %j', (config, why) => {
    expect(decoded(config)).toEqual({ ok: false, why: expect.stringContaining(why) })
  })
})
