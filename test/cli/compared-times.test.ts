import { expect, test } from 'vitest'
import { comparedNotes, type ComparedCase } from '../../src/cli/case/compared-times.ts'
import { hostTime } from '../../src/model/quantity.ts'

const hourMs = 3_600_000
const epoch = Date.parse('2026-11-23T00:00:00Z')

const of = (path: string, from: number, to: number, ...hosts: string[]): ComparedCase => ({
  path,
  time: { from: hostTime(epoch + from * hourMs), to: hostTime(epoch + to * hourMs) },
  hosts: (hosts.length > 0 ? hosts : ['web1']).map((name) => ({ name })),
})

test('two cases of one time and of the same hosts need no word', () => {
  expect(comparedNotes(of('a.db', 0, 24), of('b.db', 0, 24))).toEqual([])
  expect(comparedNotes(of('a.db', 0, 24), of('b.db', 1, 24))).toEqual([])
})

test('cases that have no time in common say so, with their times', () => {
  expect(comparedNotes(of('a.db', 0, 24), of('b.db', 24, 48))).toEqual([
    'a.db is of 2026-11-23T00:00:00.000Z to 2026-11-24T00:00:00.000Z (1d 00h), ' +
      'b.db of 2026-11-24T00:00:00.000Z to 2026-11-25T00:00:00.000Z (1d 00h): no time is in both',
  ])
  expect(comparedNotes(of('a.db', 0, 24), of('b.db', 23, 47))).toEqual([])
})

test('the later one first, other lengths and other hosts are said', () => {
  expect(comparedNotes(of('a.db', 24, 48), of('b.db', 0, 24))[0]).toMatch(
    /no time is in both; b\.db is the earlier one/,
  )
  expect(comparedNotes(of('a.db', 0, 24), of('b.db', 0, 12))[0]).toMatch(/: their lengths differ/)
  const [first, second] = [of('a.db', 0, 1, 'web1', 'web2'), of('b.db', 0, 1, 'web2', 'db1')]
  expect(comparedNotes(first, second)).toEqual(['only a.db has web1', 'only b.db has db1'])
})
