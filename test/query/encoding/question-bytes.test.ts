import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../../src/model/limits.ts'
import { decodeQuestion, encodeQuestion } from '../../../src/query/encoding/question-bytes.ts'
import type { Question, SecondRound } from '../../../src/query/question.ts'
import { randomQuestion } from '../run/random-questions.ts'
import { questionOf } from '../aggregate/host-rows.ts'
import { mutation } from './mutations.ts'

const value = fc.oneof(
  fc.constantFrom(null, '', 'ü', '7', 'a"b'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one || 0),
)

/** Of that question. */
const again = ({ by }: Question): fc.Arbitrary<SecondRound | undefined> =>
  fc.oneof(
    fc.constant(undefined),
    fc.record({ kind: fc.constant('at least' as const), value: fc.nat() }),
    fc.record({
      kind: fc.constant('these' as const),
      keys: fc.array(fc.array(value, { minLength: by.length, maxLength: by.length }), {
        maxLength: 5,
      }),
    }),
  )

const anyQuestion = randomQuestion.chain((question) =>
  again(question).map((round): Question => (round ? { ...question, again: round } : question)),
)

const textOf = (question: unknown) => new TextEncoder().encode(JSON.stringify(question))
const fieldsOf = (question: Question): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(encodeQuestion(question))) as Record<string, unknown>

describe('a question as bytes', () => {
  test('is the same question again', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        expect(decodeQuestion(encodeQuestion(question))).toEqual({ ok: true, question })
      }),
      { numRuns: 500 },
    )
  })

  test('has one text, however its fields came together', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const turned = Object.fromEntries(
          Object.entries(question).toReversed(),
        ) as unknown as Question
        const bytes = encodeQuestion(question)
        expect(encodeQuestion(turned)).toEqual(bytes)
        const spaced = new TextEncoder().encode(JSON.stringify(fieldsOf(question), undefined, 1))
        expect(decodeQuestion(spaced)).toEqual({
          ok: false,
          why: 'the question is not in canonical form',
        })
      }),
    )
  })

  test('whatever is changed in them, is refused by a reason or is the one text of what it asks', () => {
    fc.assert(
      fc.property(anyQuestion, mutation, (question, change) => {
        const bytes = change(encodeQuestion(question))
        const decoded = decodeQuestion(bytes)
        const isSound = decoded.ok
          ? Buffer.compare(encodeQuestion(decoded.question), bytes) === 0
          : /^(the )?question/.test(decoded.why)
        expect(isSound, JSON.stringify(decoded)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('cut anywhere is no question', () => {
    const bytes = encodeQuestion(questionOf())
    for (let cut = 0; cut < bytes.length; cut++)
      expect(decodeQuestion(bytes.subarray(0, cut)).ok, `at ${cut}`).toBe(false)
  })

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a later version', { version: 2 }, /version/],
    ['a field that is not known', { sudo: true }, /canonical/],
    ['no measure', { measures: [] }, /measures/],
    [
      'too many measures',
      { measures: Array.from({ length: 17 }, () => ({ kind: 'flows' })) },
      /at most 16/,
    ],
    ['too many keys', { by: Array.from({ length: 17 }, () => ({ kind: 'hour' })) }, /at most 16/],
    [
      'a field that nobody groups by',
      { by: [{ kind: 'field', field: '__proto__' }] },
      /not one of/,
    ],
    ['a range that ends before it begins', { range: { from: 2, to: 1 } }, /ends before/],
    ['a filter that does not parse', { where: 'prot 443' }, /where/],
    ['a bin of no time', { bin: 0 }, /bin/],
    ['a budget without end', { budget: { rows: 1, bytes: 1, groups: 1, time: 1 } }, /memory/],
    [
      'a prefix too long',
      { by: [{ kind: 'network', end: 'remote', v4Bits: 33, v6Bits: 1 }] },
      /32/,
    ],
    ['a quantile past all', { measures: [{ kind: 'quantile', of: 'rtt_us', at: 1.1 }] }, /0 to 1/],
    ['groups of other keys', { again: { kind: 'these', keys: [['a']] } }, /one value a key/],
  ])('with %s is refused', (_, change, why) => {
    const decoded = decodeQuestion(textOf({ ...fieldsOf(questionOf()), ...change }))
    expect(decoded).toEqual({ ok: false, why: expect.stringMatching(why) as string })
  })

  test('takes a filter of the greatest length, whose canonical text is longer', () => {
    const where = 'port>1 '.repeat(256).slice(0, limits.filterLength)
    expect(decodeQuestion(textOf({ ...fieldsOf(questionOf()), where })).ok).toBe(false)
    const canonical = Array(256).fill('port > 1').join(' and ')
    const asked = { ...fieldsOf(questionOf()), where: canonical }
    const sorted = Object.fromEntries(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)))
    expect(decodeQuestion(textOf(sorted)).ok).toBe(true)
  })

  test('longer than a host takes is neither made nor read', () => {
    const keys = Array.from({ length: limits.partialGroupsMax }, () => ['x'.repeat(100), 1])
    const question = questionOf({ again: { kind: 'these', keys } })
    expect(() => encodeQuestion(question)).toThrow(RangeError)
    const bytes = new Uint8Array(limits.questionBytesMax + 1)
    expect(decodeQuestion(bytes)).toEqual({ ok: false, why: 'the question is too long' })
    expect(decodeQuestion(bytes.subarray(1))).toEqual({
      ok: false,
      why: 'the question is not JSON',
    })
  })
})
