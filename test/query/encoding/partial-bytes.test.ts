import { isDeepStrictEqual } from 'node:util'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gapReason } from '../../../src/model/gap.ts'
import { limits } from '../../../src/model/limits.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { Distinct } from '../../../src/query/aggregate/distinct.ts'
import { hashNumber } from '../../../src/query/aggregate/key-hash.ts'
import { mergePartials } from '../../../src/query/aggregate/merge-partials.ts'
import { decodePartial, encodePartial } from '../../../src/query/encoding/partial-bytes.ts'
import type { PartialAnswer } from '../../../src/query/partial-answer.ts'
import { PartialGroups } from '../../../src/query/partial-groups.ts'
import type { Question } from '../../../src/query/question.ts'
import {
  answerOf,
  coverageOf,
  question,
  questionOf,
  row,
  type Row,
} from '../aggregate/host-rows.ts'
import { plainPartial } from '../aggregate/plain-partial.ts'
import { mutation } from './mutations.ts'

function decoded(asked: Question, bytes: Uint8Array): PartialAnswer {
  const found = decodePartial(asked, bytes)
  if (!found.ok) throw new Error(found.why)
  return found.partial
}

const rows = fc.array(row, { maxLength: 60 })

/** An answer with something in it of all that can be. */
const rich = (): PartialAnswer => {
  const answer = answerOf(asked, 'web1', someRows(300))
  const gap = { from: hostTime(1), to: hostTime(2), reason: gapReason.ringFull, count: 3 }
  const coverage = [coverageOf('web1', { gaps: [gap], stoppedAt: 'memory', covered: undefined })]
  return { ...answer, coverage }
}
const asked = questionOf({
  groupsSent: 20,
  measures: [
    { kind: 'sum', of: 'bytes' },
    { kind: 'distinct', of: 'remote_ip' },
    { kind: 'quantile', of: 'rtt_us', at: 0.5 },
    { kind: 'avg', of: 'rtt_us' },
    { kind: 'min', of: 'rtt_us' },
  ],
})
const someRows = (count: number): Row[] => fc.sample(row, { numRuns: count, seed: 7 })

/** The JSON within, changed by `change`. */
function rewritten(bytes: Uint8Array, change: (plain: Record<string, unknown>) => unknown) {
  const json = inflateRawSync(bytes.subarray(8)).toString()
  const plain = change(JSON.parse(json) as Record<string, unknown>)
  return Buffer.concat([bytes.subarray(0, 8), deflateRawSync(JSON.stringify(plain))])
}

describe('a partial answer as bytes', () => {
  test('is the same answer again, and merges as itself', () => {
    fc.assert(
      fc.property(question, fc.array(rows, { maxLength: 3 }), (some, hosts) => {
        const answers = hosts.map((of, i) => answerOf(some, `host${i}`, of))
        const sent = answers.map((answer) => decoded(some, encodePartial(some, answer)))
        expect(sent.map(plainPartial)).toEqual(answers.map(plainPartial))
        const merged = mergePartials(some, answers)
        expect(plainPartial(decoded(some, encodePartial(some, merged)))).toEqual(
          plainPartial(merged),
        )
        expect(plainPartial(mergePartials(some, sent))).toEqual(plainPartial(merged))
      }),
      { numRuns: 200 },
    )
  })

  test('keeps a sketch of many keys, and all that coverage says', () => {
    const answer = rich()
    const many = Distinct.of(Array.from({ length: 5000 }, (_, n) => hashNumber(n)))
    const [first, ...others] = answer.groups
    const states = first!.states.with(1, { kind: 'distinct', values: many })
    const groups = PartialGroups.of(asked.measures, [{ ...first!, states }, ...others])
    const sketched = { ...answer, groups }
    expect(plainPartial(decoded(asked, encodePartial(asked, sketched)))).toEqual(
      plainPartial(sketched),
    )
  })

  test('of 200 groups of three names and two sums takes at most 15 kB', () => {
    const by = (['process', 'user', 'remote_ip'] as const).map(
      (field) => ({ kind: 'field', field }) as const,
    )
    const measures = (['bytes', 'packets'] as const).map((of) => ({ kind: 'sum', of }) as const)
    const top = questionOf({ by, measures, groupsSent: 200 })
    const groups = Array.from({ length: 200 }, (_, n) => ({
      key: [
        `worker-${(n * 7919) % 997}`,
        `user${n % 31}`,
        `2001:db8:${(n * 40_503) % 65_521}::${n}`,
      ],
      states: [1, 2].map((k) => ({
        kind: 'total' as const,
        value: Math.floor((1e12 * k) / (n + 1.7)),
      })),
      unsent: undefined,
    }))
    const answer = { ...answerOf(top, 'web1', []), groups: PartialGroups.of(measures, groups) }
    expect(encodePartial(top, answer).length).toBeLessThanOrEqual(15_000)
  })

  test('that would be too long keeps its largest groups, its totals, and bounds for the others', () => {
    const whole = answerOf(questionOf({ groupsSent: 1000 }), 'web1', someRows(400))
    const bytesMax = 600
    const bytes = encodePartial(questionOf(), whole, bytesMax)
    expect(bytes.length).toBeLessThanOrEqual(bytesMax)
    const cut = decoded(questionOf(), bytes)
    expect(cut.groups.length).toBeGreaterThan(0)
    expect(cut.groups.length).toBeLessThan(whole.groups.length)
    expect(cut.groups.columns.keys).toEqual(whole.groups.columns.keys.slice(0, cut.groups.length))
    expect(cut.rest.groups).toBe(whole.groups.length - cut.groups.length)
    expect(cut.rest.residual).toBe(firstOf(whole.groups.at(cut.groups.length)))
    const total = ({ groups, rest }: PartialAnswer) =>
      [...groups].reduce((sum, group) => sum + firstOf(group), firstOf(rest))
    expect(total(cut)).toBe(total(whole))
  })

  test('with more gaps of a reason than are told apart tells some as one, with their count', () => {
    const gaps = Array.from({ length: 200 }, (_, n) => ({
      from: hostTime(n * 10),
      to: hostTime(n * 10 + 5),
      reason: gapReason.ringFull,
      count: 2,
    }))
    const answer = {
      ...answerOf(questionOf(), 'web1', []),
      coverage: [coverageOf('web1', { gaps })],
    }
    const told = decoded(questionOf(), encodePartial(questionOf(), answer)).coverage[0]!.gaps
    expect(told.length).toBe(limits.gapsToldMax)
    expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(400)
    expect(Math.max(...told.map(({ to }) => to))).toBe(1995)
  })

  test('cut anywhere, or with a bit changed anywhere, is an answer or refused by a reason', () => {
    const bytes = encodePartial(asked, rich())
    for (let cut = 0; cut < bytes.length; cut++)
      expect(decodePartial(asked, bytes.subarray(0, cut)).ok, `cut at ${cut}`).toBe(false)
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      decodePartial(asked, changed)
    }
  })

  test('whatever is changed within, is an answer that can be sent on, or refused by a reason', () => {
    const bytes = encodePartial(asked, rich())
    const json = inflateRawSync(bytes.subarray(8))
    let read = 0
    fc.assert(
      fc.property(mutation, (change) => {
        const changed = Buffer.concat([
          bytes.subarray(0, 8),
          deflateRawSync(change(json), { level: 1 }),
        ])
        const found = decodePartial(asked, changed)
        if (!found.ok) return found.why.includes('answer')
        read += 1
        const again = decoded(asked, encodePartial(asked, found.partial))
        return isDeepStrictEqual(plainPartial(again), plainPartial(found.partial))
      }),
      { numRuns: 3_000 },
    )
    expect(read).toBeGreaterThan(20)
  })

  test.each<[string, (plain: Record<string, unknown>) => unknown, RegExp]>([
    ['columns of different length', (one) => ({ ...one, unsent: [] }), /columns do not fit/],
    [
      'a key too few',
      (one) => ({ ...one, keys: [(one['keys'] as unknown[])[0]] }),
      /columns do not fit/,
    ],
    [
      'a bin that nobody asked for',
      (one) => ({ ...one, bins: (one['unsent'] as unknown[]).map(() => 0) }),
      /columns do not fit/,
    ],
    [
      'a group twice',
      (one) => ({ ...one, keys: (one['keys'] as unknown[][]).map((column) => column.fill('x')) }),
      /twice/,
    ],
    ['an amount below nothing', (one) => changedState(one, 0, -1), /not an amount/],
    ['an amount without end', (one) => changedState(one, 0, '1e999'), /not an amount/],
    ['keys out of order', (one) => changedState(one, 1, `k${keysText([2, 1])}`), /whole number/],
    [
      'more keys than are sent',
      (one) => changedState(one, 1, `k${keysText(Array.from({ length: 1025 }, (_, n) => n))}`),
      /1024 keys/,
    ],
    ['a register past all', (one) => changedState(one, 1, `r${'~'.repeat(4096)}`), /whole number/],
    ['too few registers', (one) => changedState(one, 1, `r${'0'.repeat(4095)}`), /4096 registers/],
    ['a histogram past its end', (one) => changedState(one, 2, [0, 99_999, 1]), /buckets/],
    [
      'a stop of no known reason',
      (one) => ({ ...one, coverage: [{ ...(one['coverage'] as object[])[0], stoppedAt: 'x' }] }),
      /stoppedAt/,
    ],
    ['no object', () => 7, /not an object/],
  ])('with %s is refused', (_, change, why) => {
    const bytes = rewritten(encodePartial(asked, rich()), change)
    expect(decodePartial(asked, bytes)).toEqual({
      ok: false,
      why: expect.stringMatching(why) as string,
    })
  })

  test('with text that moves a cursor comes out clean', () => {
    const evil = '\u001b[2J\u202e'
    const bytes = rewritten(encodePartial(asked, rich()), (one) => ({
      ...one,
      keys: (one['keys'] as unknown[][]).map((column, i) =>
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
      bytes.subarray(0, 8),
      deflateRawSync(Buffer.alloc(limits.partialJsonBytesMax + 1)),
    ])
    const later = Buffer.from(bytes)
    later.writeUInt16LE(2, 4)
    const why = (of: Uint8Array) => {
      const found = decodePartial(asked, of)
      return found.ok ? '' : found.why
    }
    expect(why(bomb)).toMatch(/no deflated JSON/)
    expect(why(new Uint8Array(limits.partialBytesMax + 1))).toMatch(/too long/)
    expect(why(later)).toMatch(/later version/)
    expect(why(Buffer.from('Last login: Tue'))).toMatch(/no answer/)
  })
})

const firstOf = ({ states }: Pick<PartialAnswer['rest'], 'states'>): number => {
  const [state] = states
  return state?.kind === 'total' ? state.value : NaN
}

const keysText = (keys: readonly number[]) => {
  const { buffer } = Float64Array.from(keys)
  return Buffer.from(buffer).toString('base64')
}

const changedState = (plain: Record<string, unknown>, measure: number, state: unknown) => ({
  ...plain,
  states: (plain['states'] as unknown[][]).map((column, i) =>
    i === measure ? column.with(0, state) : column,
  ),
})
