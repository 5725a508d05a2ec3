import { expect, test } from 'vitest'
import { millis } from '../../../src/model/quantity.ts'
import type { HostOfMany } from '../../../src/query/hosts-of-many.ts'
import { noTotals } from '../../../src/query/totals.ts'
import { hostColumns, withReasons } from '../../../src/ui/paint/host-columns.ts'
import { groupRow } from '../../../src/ui/store/rows.ts'
import { groupViews } from '../../../src/ui/store/views.ts'

const clock = (ms: number) => ({ offset: millis(ms), error: millis(1) })
const hosts: readonly HostOfMany[] = [
  { host: 'web1', state: 'answered', why: '', clock: clock(3) },
  { host: 'web2', state: 'answered', why: '', clock: clock(-61_000) },
  { host: 'db1', state: 'unreachable', why: 'no route to it' },
]
const rates = { txRate: undefined, rxRate: undefined, history: undefined }
const texts = (name: string, width: number) =>
  hosts.map(({ host }) => {
    const row = groupRow(noTotals([host]), groupViews.hosts, { rates, allBytes: 0, hosts })
    return hostColumns
      .find((column) => column.name === name)!
      .text(row, width, {
        unit: 'bytes',
        nameOf: undefined,
        whereaboutsOf: undefined,
        registeredOn: undefined,
      })
  })

test('a host’s state says why it is silent, and how far its clock is off', () => {
  expect(texts('state', 40)).toEqual([
    'answered',
    'answered: its clock is -61.0s off',
    'unreachable: no route to it',
  ])
  expect(texts('state', 10)).toEqual(['answered', 'answered', 'unreachable'])
  expect(texts('clock', 8)).toEqual(['ok', '-61.0s', '-'])
  const leastAt = (width: number) =>
    withReasons(hostColumns, hosts, width).find(({ name }) => name === 'state')?.widthMin
  expect(leastAt(80)).toBe('answered: its clock is -61.0s off'.length)
  // Rates are worth more than the whole of a reason.
  expect(leastAt(60)).toBe(16)
})
