import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Measured } from '../../../src/query/aggregate/bounds.ts'
import { finalise } from '../../../src/query/aggregate/finalise.ts'
import { emptyState, mergeMany, mergeStates } from '../../../src/query/aggregate/merge-states.ts'
import { emptyPartial } from '../../../src/query/aggregate/merge-partials.ts'
import type { PartialAnswer } from '../../../src/query/partial-answer.ts'
import type { Measure, Question } from '../../../src/query/question.ts'
import {
  answerOf,
  groupedBy,
  nameOf,
  numbersOf,
  question,
  questionOf,
  row,
  stateOf,
  type Row,
} from './host-rows.ts'
import { mergeAll } from './merge-all.ts'
import { nameId } from './name-id.ts'
import { plainPartial } from './plain-partial.ts'

const fleet = fc.array(fc.array(row, { maxLength: 30 }), { maxLength: 6 })

const answersOf = (asked: Question, hosts: readonly (readonly Row[])[]): readonly PartialAnswer[] =>
  hosts.map((rows, i) => answerOf(asked, `host${i}`, rows))

/** All in one, by the words of the measure; independent of how states merge. */
function truthOf(measure: Measure, rows: readonly Row[]): number | null {
  const numbers = numbersOf(measure, rows).toSorted((a, b) => a - b)
  const sum = () => numbers.reduce((all, one) => all + one, 0)
  switch (measure.kind) {
    case 'flows':
      return rows.length
    case 'sum':
      return sum()
    case 'rate':
      return sum() / 3600
    case 'min':
      return numbers[0] ?? null
    case 'max':
      return numbers.at(-1) ?? null
    case 'avg':
      return numbers.length === 0 ? null : sum() / numbers.length
    case 'distinct':
      return new Set(rows.map(({ remote }) => remote)).size
    case 'quantile':
      return numbers[Math.max(0, Math.ceil(measure.at * numbers.length) - 1)] ?? null
  }
}

/** The test's bins are a quarter of its hour. */
function rowTruth(asked: Question, measure: Measure, rows: readonly Row[]): number | null {
  const number = truthOf(measure, rows)
  return number !== null && measure.kind === 'rate' && asked.bin !== undefined ? number * 4 : number
}

/** Whether a number is what the truth allows; an exact one has bounds wherever there is something to measure. */
function holds(truth: number | null, { value, low, high }: Measured, exact: boolean): boolean {
  if (truth === null) return value === null && (!exact || low === null)
  if (exact && (value === null || low === null || high === null)) return false
  const slack = truth * 1e-12
  return (low ?? 0) <= truth + slack && (high ?? Infinity) >= truth - slack
}

describe('answers of hosts', () => {
  test('merge in any order and any bracketing to the same', () => {
    fc.assert(
      fc.property(question, fleet, fc.infiniteStream(fc.nat(1e6)), (asked, hosts, random) => {
        const answers = answersOf(asked, hosts)
        const once = mergeAll(asked, answers)
        const pool = [emptyPartial(asked), ...answers]
        while (pool.length > 1) {
          const take = () => pool.splice((random.next().value ?? 0) % pool.length, 1)[0]!
          pool.push(mergeAll(asked, [take(), take()]))
        }
        const both = [pool[0]!, once].map(plainPartial)
        expect(isDeepStrictEqual(both[0], both[1]), JSON.stringify(both)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('that sent all their groups give the numbers of all rows in one place', () => {
    fc.assert(
      fc.property(question, fleet, (some, hosts) => {
        const asked = { ...some, groupsSent: 1000 }
        const final = finalise(asked, mergeAll(asked, answersOf(asked, hosts)), 1000)
        const truth = groupedBy(hosts.flat(), (one) => nameId(nameOf(asked, one)))
        expect(new Set(Array.from(final.rows, nameId))).toEqual(new Set(truth.keys()))
        expect(final.rest).toBeUndefined()
        for (const { values, certified, ...name } of final.rows) {
          for (const [i, measure] of asked.measures.entries()) {
            const number = rowTruth(asked, measure, truth.get(nameId(name))!)
            expect(holds(number, values[i]!, true), `${measure.kind} ${number}`).toBe(true)
          }
          expect(certified).toBe(!values[0]!.estimated)
        }
        for (const [i, measure] of asked.measures.entries()) {
          const unknown = hosts.length === 0 && measure.kind === 'rate'
          const number = unknown ? null : truthOf(measure, hosts.flat())
          expect(holds(number, final.total[i]!, true), measure.kind).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('cut to their largest groups keep every truth within the bounds, and totals closed', () => {
    fc.assert(
      fc.property(question, fleet, fc.nat(10), (asked, hosts, rows) => {
        const final = finalise(asked, mergeAll(asked, answersOf(asked, hosts)), rows)
        const truth = groupedBy(hosts.flat(), (one) => nameId(nameOf(asked, one)))
        for (const { values, ...name } of final.rows)
          for (const [i, measure] of asked.measures.entries()) {
            const number = rowTruth(asked, measure, truth.get(nameId(name))!)
            expect(holds(number, values[i]!, false), `${measure.kind} ${number}`).toBe(true)
          }
        asked.measures.forEach((measure, i) => {
          if (measure.kind !== 'flows' && measure.kind !== 'sum') return
          const parts = [...final.rows, ...(final.rest ? [final.rest] : [])]
          const sum = parts.reduce((all, { values }) => all + values[i]!.value!, 0)
          expect(sum).toBe(final.total[i]!.value)
          expect(sum).toBe(truthOf(measure, hosts.flat()))
        })
      }),
      { numRuns: 500 },
    )
  })

  test('certify only rows that are truly among the largest so many', () => {
    let certifiedRows = 0
    fc.assert(
      fc.property(question, fleet, fc.integer({ min: 1, max: 4 }), (asked, hosts, rows) => {
        const final = finalise(asked, mergeAll(asked, answersOf(asked, hosts)), rows)
        const truth = groupedBy(hosts.flat(), (one) => nameId(nameOf(asked, one)))
        const first = asked.measures[0]!
        const sizes = [...truth.values()].map((some) => truthOf(first, some) ?? 0)
        for (const row of final.rows) {
          if (!row.certified) continue
          certifiedRows += 1
          const own = truthOf(first, truth.get(nameId(row))!) ?? 0
          expect(sizes.filter((size) => size > own).length).toBeLessThan(rows)
        }
      }),
      { numRuns: 500 },
    )
    expect(certifiedRows).toBeGreaterThan(50)
  })

  test('certify no row of which there is nothing to measure, whatever may be missing of it', () => {
    const asked = questionOf({
      by: [{ kind: 'field', field: 'process' }],
      measures: [{ kind: 'quantile', of: 'rtt_us', at: 0 }],
      groupsSent: 1,
    })
    const one = { port: 80, at: 0, bytes: 0, remote: '192.0.2.0' }
    const hosts = [
      [
        { ...one, process: 'p0', rtt: 1 },
        { ...one, process: 'p1', rtt: 1 },
      ],
      [{ ...one, process: null, rtt: 0 }],
    ]
    const { rows } = finalise(asked, mergeAll(asked, answersOf(asked, hosts)), 2)
    expect(Array.from(rows, ({ key, certified }) => [key[0], certified])).toEqual([
      ['p0', true],
      [null, false],
    ])
  })

  test('many states become one as they would one after the other', () => {
    fc.assert(
      fc.property(question, fc.array(fc.array(row, { maxLength: 4 })), (asked, some) => {
        for (const measure of asked.measures) {
          const states = some.map((rows) => stateOf(measure, rows))
          const found = mergeMany([emptyState(measure), ...states])
          expect(found).toEqual(states.reduce(mergeStates, emptyState(measure)))
        }
      }),
    )
  })

  test('of a host that is in both are refused, because it would count twice', () => {
    const asked = questionOf()
    const answer = answerOf(asked, 'web1', [])
    expect(() => mergeAll(asked, [answer, answer])).toThrow('web1 answers twice')
  })
})
