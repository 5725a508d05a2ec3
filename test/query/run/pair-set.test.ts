import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PairSet } from '../../../src/query/run/pair-set.ts'
import { PairTable } from '../../../src/query/pair-table.ts'

/**
 * Few left numbers with many right ones and the other way round, numbers that grow while they are added, and left ones
 * whose right ones lie apart.
 */
const pairs = fc
  .record({
    lefts: fc.constantFrom(1, 3, 50, 3_000),
    rights: fc.constantFrom(1, 40, 500, 20_000),
    growth: fc.constantFrom(0, 10, 1_000),
    apart: fc.constantFrom(0, 300),
    seeds: fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 40 }),
    each: fc.constantFrom(1, 60),
  })
  .map(({ lefts, rights, growth, apart, seeds, each }) =>
    seeds.flatMap((seed, i) =>
      Array.from({ length: each }, (_, k): [number, number] => {
        const mixed = Math.imul(seed + k, 0x9e37_79b1) >>> 0
        const left = mixed % lefts
        return [left, (Math.floor(mixed / lefts) % rights) + i * growth + left * apart]
      }),
    ),
  )

const squares = fc.constantFrom(2 ** 20, 2 ** 11)

test('a table numbers pairs in the order of their first sight, however large they are, one by one or many at once', () => {
  fc.assert(
    fc.property(pairs, squares, fc.nat(), (all, square, random) => {
      const table = new PairTable(square)
      const names = [...new Set(all.map(String))]
      for (const [left, right] of all)
        expect(table.numberOf(left, right)).toBe(names.indexOf(`${left},${right}`))
      expect(table.size).toBe(names.length)
      for (let pair = 0; pair < table.size; pair++)
        expect(`${table.left(pair)},${table.right(pair)}`).toBe(names[pair])
      const atOnce = new PairTable(square)
      const cut = random % all.length
      for (const lot of [all.slice(0, cut), all.slice(cut)]) {
        const numbers = Uint32Array.from(lot, ([left]) => left)
        atOnce.numberAll(
          numbers,
          Uint32Array.from(lot, ([, right]) => right),
        )
        expect([...numbers]).toEqual(lot.map((pair) => names.indexOf(String(pair))))
      }
    }),
    { numRuns: 60 },
  )
})

test('a full square of pairs is found by hash once it has no room for one more', () => {
  const [lefts, rights] = [32, 64]
  const table = new PairTable(lefts * rights)
  for (let pair = 0; pair < lefts * rights; pair++)
    expect(table.numberOf(pair % lefts, Math.floor(pair / lefts))).toBe(pair)
  expect(table.numberOf(lefts, 0)).toBe(lefts * rights)
  for (let pair = 0; pair < lefts * rights; pair++)
    expect(table.numberOf(pair % lefts, Math.floor(pair / lefts))).toBe(pair)
})

test('a set has each pair once, one by one or many at a time, in the table or in bits', () => {
  fc.assert(
    fc.property(pairs, fc.nat(100), (all, alone) => {
      const set = new PairSet()
      const met = new Set<string>()
      for (const pair of all.slice(0, alone)) {
        expect(set.add(...pair)).toBe(!met.has(String(pair)))
        met.add(String(pair))
      }
      const others = all.slice(alone)
      set.addAll(
        Uint32Array.from(others, ([left]) => left),
        Uint32Array.from(others, ([, right]) => right),
      )
      for (const pair of others) met.add(String(pair))
      expect(set.rightsEnd).toBe(1 + Math.max(...all.map(([, right]) => right)))
      const members = set.members()
      const found = Array.from({ length: 3_001 }, (_, left) =>
        Array.from(members(left), (right) => `${left},${right}`),
      )
      expect(found.flat().toSorted()).toEqual([...met].toSorted())
    }),
    { numRuns: 200 },
  )
})

test('a left number that gets bits late keeps pairs that lie beyond those of others', () => {
  const pairs = [0, 1].flatMap((left) =>
    Array.from({ length: 40 }, (_, right): [number, number] => [left, left * 1_000 + right]),
  )
  const set = new PairSet()
  for (const pair of pairs) expect(set.add(...pair)).toBe(true)
  for (const pair of pairs) expect(set.add(...pair)).toBe(false)
  expect([...set.members()(1)]).toEqual(pairs.slice(40).map(([, right]) => right))
})

test('a set of two hundred thousand left numbers gives the right ones of each', () => {
  const set = new PairSet()
  const lefts = Uint32Array.from({ length: 200_000 }, (_, left) => left)
  set.addAll(
    lefts,
    lefts.map((left) => left % 7),
  )
  const members = set.members()
  expect(lefts.every((left) => members(left).join() === String(left % 7))).toBe(true)
})
