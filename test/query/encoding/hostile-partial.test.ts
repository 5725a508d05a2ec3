import { isDeepStrictEqual } from 'node:util'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanText } from '../../../src/model/clean-text.ts'
import { limits } from '../../../src/model/limits.ts'
import { encodeNumbers } from '../../../src/query/encoding/answer-columns.ts'
import { decodePartial, encodePartial } from '../../../src/query/encoding/partial-bytes.ts'
import type { GroupName } from '../../../src/query/group-name.ts'
import type { PartialAnswer } from '../../../src/query/partial-answer.ts'
import { PartialGroups } from '../../../src/query/partial-groups.ts'
import type { Question } from '../../../src/query/question.ts'
import { answerOf, questionOf } from '../aggregate/host-rows.ts'
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
    ['a key without counts', (one) => ({ ...one, words: [{}, {}] }), /words\[0\].unknown: not a/],
    ['two unknowns', (one) => changedCounts(one, { unknown: 2 }), /unknown: not a whole/],
    ['more words than groups may be', (one) => changedCounts(one, { texts: 1e6 }), /texts: not a/],
    ['words that its columns have not', (one) => changedCounts(one, { texts: 3 }), /words|not fit/],
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

  test('with a value that is not there, or a number that is none, is refused', () => {
    const ports = questionOf({ by: [{ kind: 'field', field: 'remote_port' }] })
    const bytes = encodePartial(ports, answerOfKeys(ports, [[null], [443]]))
    const without = rewritten(bytes, (one) => changedCounts(one, { unknown: 0 }))
    expect(decodePartial(ports, bytes).ok).toBe(true)
    expect(whyRefused(ports, without)).toMatch(/not there/)
    for (const number of [NaN, Infinity, -Infinity])
      expect(whyRefused(ports, encodePartial(ports, answerOfKeys(ports, [[number]])))).toMatch(
        /not a number/,
      )
  })

  test('with text that moves a cursor comes out clean, and with one of any length cut', () => {
    const processes = questionOf({ by: [{ kind: 'field', field: 'process' }] })
    const evil = ['\u001b[2J', '\u202egnp.exe', 'a\0b', 'x'.repeat(5_000), '\ud800', 'ä✓', '']
    const bytes = rewritten(
      encodePartial(
        processes,
        answerOfKeys(
          processes,
          evil.map((name) => [name]),
        ),
      ),
      (one) => ({
        ...one,
        coverage: [{ ...(one['coverage'] as object[])[0], host: evil[0] }],
      }),
    )
    const { groups, coverage } = decoded(processes, bytes)
    const clean = evil.map((name) => cleanText(name, limits.pathLength))
    expect([...groups].map(({ key }) => String(key[0])).toSorted()).toEqual(clean.toSorted())
    expect(coverage[0]!.host).toBe(cleanText(evil[0]!, limits.nameLength))
  })

  test('with names that are no UTF-8, or of one name twice, has each clean name once', () => {
    const processes = questionOf({ by: [{ kind: 'field', field: 'process' }] })
    const whole = encodePartial(processes, answerOfKeys(processes, [['abc'], ['abd']]))
    const at = Buffer.from(whole).indexOf('abcabd')
    const twice = Buffer.from(whole).fill('abcabc', at, at + 6)
    const broken = Buffer.from(whole).fill('ff', at + 2, at + 3, 'hex')
    expect([...decoded(processes, twice).groups].map(({ key }) => key)).toEqual([['abc']])
    const names = [...decoded(processes, broken).groups].map(({ key }) => String(key[0]))
    expect(names.toSorted()).toEqual(['abd', 'ab\ufffd'])
  })

  test('that inflates without end, is longer than allowed, of a later version or something else is refused', () => {
    const bytes = Buffer.from(encodePartial(asked, rich()))
    const bomb = Buffer.concat([
      bytes.subarray(0, 6),
      Buffer.of(1, 0),
      deflateRawSync(Buffer.alloc(limits.partialBodyBytesMax + 1)),
    ])
    const later = Buffer.from(bytes)
    later.writeUInt16LE(4, 4)
    const why = (of: Uint8Array) => whyRefused(asked, of)
    expect(why(bomb)).toMatch(/cannot be inflated/)
    expect(why(new Uint8Array(limits.partialBytesMax + 1))).toMatch(/too long/)
    expect(why(later)).toMatch(/another version/)
    expect(why(lengthened(bytes))).toMatch(/more than its columns/)
    expect(why(Buffer.from('Last login: Tue'))).toMatch(/no answer/)
  })
})

const whyRefused = (of: Question, bytes: Uint8Array): string => {
  const found = decodePartial(of, bytes)
  return found.ok ? '' : found.why
}

/** A group for each key, the first one largest. */
const answerOfKeys = (of: Question, keys: readonly GroupName['key'][]): PartialAnswer => ({
  ...answerOf(of, 'web1', []),
  groups: PartialGroups.of(
    of.measures,
    keys.map((key, i) => ({
      key,
      states: of.measures.map(() => ({ kind: 'total', value: 100 - i })),
      unsent: undefined,
    })),
  ),
})

const changedCounts = (plain: Record<string, unknown>, counts: Record<string, number>) => ({
  ...plain,
  words: (plain['words'] as object[]).map((of) => ({ ...of, ...counts })),
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
