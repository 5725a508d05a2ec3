import { expect, test } from 'vitest'
import { RecentMap } from '../../../src/capture/owners/recent-map.ts'

test('never holds more than its maximum', () => {
  const map = new RecentMap<number, string>(8)
  for (let i = 0; i < 100; i++) {
    map.set(i, 'x')
    expect(map.size).toBeLessThanOrEqual(8)
  }
})

test('an entry outlives half the maximum of newer ones, and a used one any number', () => {
  const map = new RecentMap<number, string>(8)
  map.set(-1, 'used')
  map.set(-2, 'idle')
  for (let i = 0; i < 4; i++) {
    map.set(i, 'x')
    expect(map.get(-1)).toBe('used')
  }
  expect(map.get(-2)).toBe('idle')
  for (let i = 4; i < 100; i++) {
    map.set(i, 'x')
    map.get(-1)
  }
  expect(map.get(-1)).toBe('used')
  expect(map.get(-2)).toBeUndefined()
})

test('an entry set again is the new one, deleted it is gone', () => {
  const map = new RecentMap<number, string>(4)
  map.set(1, 'a')
  map.set(2, 'b')
  map.set(3, 'c')
  map.set(1, 'd')
  expect(map.get(1)).toBe('d')
  map.delete(1)
  expect(map.get(1)).toBeUndefined()
})
