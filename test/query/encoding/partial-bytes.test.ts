import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gapReason } from '../../../src/model/gap.ts'
import { limits } from '../../../src/model/limits.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { Distinct } from '../../../src/query/aggregate/distinct.ts'
import { hashNumber } from '../../../src/query/aggregate/key-hash.ts'
import { decodePartial, encodePartial } from '../../../src/query/encoding/partial-bytes.ts'
import { PartialGroups } from '../../../src/query/partial-groups.ts'
import type { PartialAnswer } from '../../../src/query/partial-answer.ts'
import { answerOf, coverageOf, question, questionOf, row } from '../aggregate/host-rows.ts'
import { mergeAll } from '../aggregate/merge-all.ts'
import { plainPartial } from '../aggregate/plain-partial.ts'

import { asked, decoded, firstOf, rich, someRows } from './rich-answer.ts'

const rows = fc.array(row, { maxLength: 60 })

describe('a partial answer as bytes', () => {
  test('is the same answer again, and merges as itself', () => {
    fc.assert(
      fc.property(question, fc.array(rows, { maxLength: 3 }), (some, hosts) => {
        const answers = hosts.map((of, i) => answerOf(some, `host${i}`, of))
        const sent = answers.map((answer) => decoded(some, encodePartial(some, answer)))
        expect(sent.map(plainPartial)).toEqual(answers.map(plainPartial))
        const merged = mergeAll(some, answers)
        expect(plainPartial(decoded(some, encodePartial(some, merged)))).toEqual(
          plainPartial(merged),
        )
        expect(plainPartial(mergeAll(some, sent))).toEqual(plainPartial(merged))
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
    const names = ({ groups }: PartialAnswer) => [...groups].map(({ key }) => key)
    expect(names(cut)).toEqual(names(whole).slice(0, cut.groups.length))
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
  test('with a group twice counts as the sum of both', () => {
    const answer = rich()
    const [first] = answer.groups
    const doubled = encodePartial(asked, {
      ...answer,
      groups: PartialGroups.of(asked.measures, [first!, first!]),
    })
    const [found, ...others] = decoded(asked, doubled).groups
    expect(firstOf(found!)).toBe(2 * firstOf(first!))
    expect(others).toEqual([])
  })

  test('that is long is deflated, and the same', () => {
    const top = questionOf({ by: [{ kind: 'field', field: 'remote_port' }], groupsSent: 10_000 })
    const groups = Array.from({ length: 10_000 }, (_, n) => ({
      key: [n],
      states: [{ kind: 'total' as const, value: 1e9 - n * 1_000 }],
      unsent: undefined,
    }))
    const answer = { ...answerOf(top, 'web1', []), groups: PartialGroups.of(top.measures, groups) }
    const bytes = encodePartial(top, answer)
    expect(bytes.length).toBeLessThan(limits.partialPlainBytesMax)
    expect(plainPartial(decoded(top, bytes))).toEqual(plainPartial(answer))
    for (let cut = 0; cut < bytes.length; cut += 97)
      expect(decodePartial(top, bytes.subarray(0, cut)).ok, `cut at ${cut}`).toBe(false)
  })
})
