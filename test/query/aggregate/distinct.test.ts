import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/model/limits.ts'
import { Distinct } from '../../../src/query/aggregate/distinct.ts'
import { hashNumber, hashText, hashValue, murmur3 } from '../../../src/query/aggregate/key-hash.ts'
import { registerCount, standardErrorOf } from '../../../src/query/aggregate/hyper-log-log.ts'

const standardError = standardErrorOf(registerCount)

/** So many keys, others for each seed. */
const keysOf = (count: number, seed = 0) =>
  Array.from({ length: count }, (_, i) => hashText(`${seed}:${i}`))

describe('the hash of keys', () => {
  test("is MurmurHash3_x86_128: its author's test of 256 keys gives its published number", () => {
    const hashes = new Uint8Array(16 * 256)
    const out = new Uint32Array(4)
    const keys = Uint8Array.from({ length: 256 }, (_, i) => i)
    for (let i = 0; i < 256; i++) {
      murmur3(keys.subarray(0, i), 256 - i, out)
      hashes.set(new Uint8Array(out.buffer), i * 16)
    }
    murmur3(hashes, 0, out)
    expect(out[0]).toBe(0xb3ec_e62a)
  })

  test('does not mistake a number for its text, nor a long text for its beginning', () => {
    const texts = ['x'.repeat(5000), 'x'.repeat(5001), 'xé', 'xe', '', '\0', 'x']
    const keys = [...texts.map(hashText), hashValue(80), hashValue('80'), hashNumber(81)]
    expect(new Set(keys).size).toBe(10)
    expect(texts.map(hashText)).toEqual(keys.slice(0, texts.length))
    expect(keys.every((key) => key < 2 ** 53 && Number.isInteger(key))).toBe(true)
  })
})

/** Not by `toEqual`, which takes a ms for 4,096 registers. */
const areSame = (a: Distinct, b: Distinct) => isDeepStrictEqual(a.state, b.state)

describe('a count of different keys', () => {
  const limit = 6
  /** Sets below, at and above the limit, with common keys. */
  const set = fc.array(fc.nat(14), { maxLength: 20 }).map((some) => some.map(hashNumber))
  const distinct = set.map((keys) => Distinct.of(keys, limit))

  test('is exact up to the limit, and an estimate one past it', () => {
    const at = Distinct.of(keysOf(limits.distinctKeysSent))
    expect(at.count()).toEqual({ count: limits.distinctKeysSent, error: 0 })
    const past = Distinct.of(keysOf(limits.distinctKeysSent + 1))
    expect(past.state.kind).toBe('sketch')
    expect(past.count().error).toBeGreaterThan(0)
  })

  test('of any split of the keys is that of all keys, exact or not', () => {
    fc.assert(
      fc.property(fc.array(set), (sets) => {
        const merged = sets.reduce(
          (all, keys) => all.merge(Distinct.of(keys, limit)),
          Distinct.of([], limit),
        )
        expect(areSame(merged, Distinct.of(sets.flat(), limit))).toBe(true)
        const keys = new Set(sets.flat()).size
        const { count, error } = merged.count()
        expect(error > 0, `${keys} keys`).toBe(keys > limit)
        expect(error > 0 || count === keys).toBe(true)
      }),
    )
  })

  test('merges in any order and bracketing, and twice, to the same', () => {
    fc.assert(
      fc.property(distinct, distinct, distinct, (a, b, c) => {
        expect(areSame(a.merge(b), b.merge(a))).toBe(true)
        expect(areSame(a.merge(b).merge(c), a.merge(b.merge(c)))).toBe(true)
        expect(areSame(a.merge(a), a)).toBe(true)
      }),
    )
  })

  test('thinned to travel is what the same keys make of fewer registers, and merges so in any order', () => {
    const most = fc.constantFrom(64, 512, 4096)
    const thin = fc
      .tuple(fc.nat(3000), fc.nat(5), most)
      .map(([count, seed, registers]) => Distinct.of(keysOf(count, seed)).thinned(40, registers))
    fc.assert(
      fc.property(thin, thin, thin, (a, b, c) => {
        expect(areSame(a.merge(b).merge(c), c.merge(a).merge(b))).toBe(true)
      }),
      { numRuns: 50 },
    )
    for (const count of [41, 500, 20_000]) {
      const whole = Distinct.of(keysOf(count))
      const once = whole.thinned(40, 64)
      expect(areSame(once, whole.thinned(40, 512).thinned(40, 64))).toBe(true)
      const { count: found, error } = once.count()
      expect(Math.abs(found - count)).toBeLessThan(3 * error)
      expect(error / found).toBeCloseTo(0.13, 2)
    }
    expect(Distinct.of(keysOf(40)).thinned(40, 64).count().error).toBe(0)
  })

  test('kept exact in one process merges with one from the wire as if it had been sent', () => {
    const here = Distinct.of(keysOf(5000), 10_000)
    expect(here.count()).toEqual({ count: 5000, error: 0 })
    const sent = Distinct.of(keysOf(5000, 1))
    const together = Distinct.of([...keysOf(5000), ...keysOf(5000, 1)])
    expect(areSame(here.merge(sent), together)).toBe(true)
    expect(areSame(sent.merge(here), together)).toBe(true)
    expect(areSame(here.within(limits.distinctKeysSent), Distinct.of(keysOf(5000)))).toBe(true)
  })

  test.each([1_025, 3_000, 12_000, 30_000])(
    'of %i keys is off by some 1.6 percent as HyperLogLog of 4,096 registers is, rms of 60 tries',
    (count) => {
      const errors = Array.from({ length: 60 }, (_, seed) => {
        const estimate = Distinct.of(keysOf(count, seed)).count().count
        return estimate / count - 1
      })
      const rms = Math.hypot(...errors) / Math.sqrt(errors.length)
      // Linear counting's error of few keys is smaller than the theory of many: 1.1 % at 1,025.
      expect(rms).toBeLessThan(standardError * 1.2)
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(standardError * 3.5)
      const bias = errors.reduce((sum, error) => sum + error, 0) / errors.length
      expect(Math.abs(bias)).toBeLessThan(standardError / 2)
    },
  )
})
