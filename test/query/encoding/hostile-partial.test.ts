import { isDeepStrictEqual } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/model/limits.ts'
import { encodeNumbers } from '../../../src/query/encoding/number-column.ts'
import { decodePartial, encodePartial } from '../../../src/query/encoding/partial-bytes.ts'
import { PartialGroups } from '../../../src/query/partial-groups.ts'
import { plainPartial } from '../aggregate/plain-partial.ts'
import { mutation } from './mutations.ts'

import { asked, decoded, rich } from './rich-answer.ts'

/** The JSON within an answer that is not deflated, changed by `change`. */
function rewritten(bytes: Uint8Array, change: (plain: Record<string, unknown>) => unknown) {
  const whole = Buffer.from(bytes)
  const end = 12 + whole.readUInt32LE(8)
  const plain = change(JSON.parse(whole.toString('utf8', 12, end)) as Record<string, unknown>)
  const json = Buffer.from(JSON.stringify(plain))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(json.length)
  return Buffer.concat([whole.subarray(0, 8), length, json, whole.subarray(end)])
}

/** A column of numbers more, after the others. */
const lengthened = (bytes: Uint8Array) => Buffer.concat([bytes, encodeNumbers(Uint32Array.of(1))])

describe('a partial answer of a hostile host', () => {
  test('cut anywhere, or with a bit changed anywhere, is an answer or refused by a reason', () => {
    const bytes = encodePartial(asked, rich())
    for (let cut = 0; cut < bytes.length; cut += 3)
      expect(decodePartial(asked, bytes.subarray(0, cut)).ok, `cut at ${cut}`).toBe(false)
    for (let bit = 0; bit < bytes.length * 8; bit += 61) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      decodePartial(asked, changed)
    }
  })

  test('whatever is changed within, is an answer that can be sent on, or refused by a reason', () => {
    const bytes = encodePartial(asked, rich())
    let read = 0
    fc.assert(
      fc.property(mutation, (change) => {
        const changed = Buffer.concat([bytes.subarray(0, 8), change(bytes.subarray(8))])
        const found = decodePartial(asked, changed)
        if (!found.ok) return found.why.includes('answer')
        read += 1
        const once = decoded(asked, changed)
        const again = decoded(asked, encodePartial(asked, once))
        return isDeepStrictEqual(plainPartial(again), plainPartial(once))
      }),
      { numRuns: 3_000 },
    )
    expect(read).toBeGreaterThan(20)
  })

  test.each<[string, (plain: Record<string, unknown>) => unknown, RegExp]>([
    ['rows that its columns have not', (one) => ({ ...one, rows: 19 }), /does not fit/],
    ['more rows than any may have', (one) => ({ ...one, rows: 100_001 }), /rows: not a whole/],
    ['unsent parts of other groups', (one) => ({ ...one, unsent: [1] }), /not one a row/],
    [
      'a key too few',
      (one) => ({ ...one, words: [(one['words'] as unknown[])[0]] }),
      /words: not 2/,
    ],
    [
      'a value that is not there',
      (one) => ({ ...one, words: (one['words'] as unknown[][]).map((column) => column.slice(1)) }),
      /not there/,
    ],
    [
      'states of other groups',
      (one) => changedColumn(one, 1, (column) => column.slice(1)),
      /not 20/,
    ],
    ['keys out of order', (one) => changedState(one, 1, `k${keysText([2, 1])}`), /whole number/],
    [
      'more keys than are sent',
      (one) => changedState(one, 1, `k${keysText(Array.from({ length: 1025 }, (_, n) => n))}`),
      /1024 keys/,
    ],
    ['a register past all', (one) => changedState(one, 1, `r${'~'.repeat(4096)}`), /whole number/],
    ['too few registers', (one) => changedState(one, 1, `r${'0'.repeat(4095)}`), /4096 registers/],
    [
      'a histogram of joined buckets past all',
      (one) => changedState(one, 2, [0, 99, 0, 1]),
      /whole number/,
    ],
    ['a histogram past its end', (one) => changedState(one, 2, [0, 0, 99_999, 1]), /buckets/],
    [
      'a stop of no known reason',
      (one) => ({ ...one, coverage: [{ ...(one['coverage'] as object[])[0], stoppedAt: 'x' }] }),
      /stoppedAt/,
    ],
    [
      'a database of no known kind',
      (one) => ({
        ...one,
        coverage: [{ ...(one['coverage'] as object[])[0], whereabouts: { kind: 'x' } }],
      }),
      /whereabouts.kind/,
    ],
    ['no object', () => 7, /not an object/],
  ])('with %s is refused', (_, change, why) => {
    const bytes = rewritten(encodePartial(asked, rich()), change)
    expect(decodePartial(asked, bytes)).toEqual({
      ok: false,
      why: expect.stringMatching(why) as string,
    })
  })

  test.each([-1, NaN, Infinity])('with the amount %s is refused', (value) => {
    const answer = rich()
    const [first, ...others] = answer.groups
    const states = first!.states.with(0, { kind: 'total', value })
    const groups = PartialGroups.of(asked.measures, [{ ...first!, states }, ...others])
    expect(decodePartial(asked, encodePartial(asked, { ...answer, groups }))).toEqual({
      ok: false,
      why: expect.stringContaining('not an amount') as string,
    })
  })

  test('with text that moves a cursor comes out clean', () => {
    const evil = '\u001b[2J\u202e'
    const bytes = rewritten(encodePartial(asked, rich()), (one) => ({
      ...one,
      words: (one['words'] as unknown[][]).map((column, i) =>
        i === 0 ? column.map((_, n) => `${evil}${n}`) : column,
      ),
      coverage: [{ ...(one['coverage'] as object[])[0], host: evil }],
    }))
    const { groups, coverage } = decoded(asked, bytes)
    expect(JSON.stringify([groups.columns.keys, coverage[0]!.host])).not.toMatch(/\\u001b|\u202e/)
  })

  test('that inflates without end, is longer than allowed, of a later version or something else is refused', () => {
    const bytes = Buffer.from(encodePartial(asked, rich()))
    const bomb = Buffer.concat([
      bytes.subarray(0, 6),
      Buffer.of(1, 0),
      deflateRawSync(Buffer.alloc(limits.partialBodyBytesMax + 1)),
    ])
    const later = Buffer.from(bytes)
    later.writeUInt16LE(3, 4)
    const why = (of: Uint8Array) => {
      const found = decodePartial(asked, of)
      return found.ok ? '' : found.why
    }
    expect(why(bomb)).toMatch(/cannot be inflated/)
    expect(why(new Uint8Array(limits.partialBytesMax + 1))).toMatch(/too long/)
    expect(why(later)).toMatch(/another version/)
    expect(why(lengthened(bytes))).toMatch(/more than its columns/)
    expect(why(Buffer.from('Last login: Tue'))).toMatch(/no answer/)
  })
})

const keysText = (keys: readonly number[]) => {
  const { buffer } = Float64Array.from(keys)
  return Buffer.from(buffer).toString('base64')
}

const changedColumn = (
  plain: Record<string, unknown>,
  measure: number,
  change: (column: unknown[]) => unknown[],
) => ({
  ...plain,
  states: (plain['states'] as unknown[][]).map((column, i) =>
    i === measure ? change(column) : column,
  ),
})
const changedState = (plain: Record<string, unknown>, measure: number, state: unknown) =>
  changedColumn(plain, measure, (column) => column.with(0, state))
