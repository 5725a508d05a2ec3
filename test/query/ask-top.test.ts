import fc from 'fast-check'
import { expect, test } from 'vitest'
import { registerCount, standardErrorOf } from '../../src/query/aggregate/hyper-log-log.ts'
import { askTop } from '../../src/query/ask-top.ts'
import type { Measure } from '../../src/query/question.ts'
import { groupedBy, nameOf, numbersOf, questionOf, row, type Row } from './aggregate/host-rows.ts'
import { nameId } from './aggregate/name-id.ts'
import { hostsOf } from './fake-hosts.ts'

const measure = fc.constantFrom<Measure>(
  { kind: 'flows' },
  { kind: 'sum', of: 'bytes' },
  { kind: 'max', of: 'bytes' },
  { kind: 'avg', of: 'bytes' },
)

function truthOf({ kind }: Measure, rows: readonly Row[]): number {
  const numbers = numbersOf({ kind: 'sum', of: 'bytes' }, rows)
  const sum = numbers.reduce((all, one) => all + one, 0)
  if (kind === 'flows') return rows.length
  if (kind === 'max') return Math.max(...numbers)
  return kind === 'avg' ? sum / rows.length : sum
}

test('however few groups hosts send at first, the largest of all come out exact and certified', async () => {
  const seen = { once: 0, again: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(row, { maxLength: 40 }), { minLength: 1, maxLength: 6 }),
      measure,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      async (hosts, first, groupsSent, rows) => {
        const question = questionOf({
          measures: [first, { kind: 'sum', of: 'bytes' }],
          groupsSent,
        })
        const { asking, rounds } = hostsOf(hosts)
        const { final } = await askTop(asking, question, rows, {})
        const groups = [...groupedBy(hosts.flat(), (one) => nameId(nameOf(question, one)))]
        const truth = groups.map(([id, some]) => [id, truthOf(first, some)] as const)
        const sizes = truth.map(([, size]) => size).toSorted((a, b) => b - a)
        expect(Array.from(final.rows, ({ values }) => values[0]!.value)).toEqual(
          sizes.slice(0, rows).map((size) => expect.closeTo(size, 3)),
        )
        for (const { values, certified, ...name } of final.rows) {
          expect(certified).toBe(true)
          for (const { value, low, high } of values) expect([low, high]).toEqual([value, value])
          expect(values[0]!.value).toBeCloseTo(new Map(truth).get(nameId(name))!, 3)
        }
        seen[rounds() === 1 ? 'once' : 'again'] += 1
      },
    ),
    { numRuns: 400 },
  )
  expect(Math.min(seen.once, seen.again)).toBeGreaterThan(20)
})

test('who does not wait any longer has what the first round found', async () => {
  const rows = ['a', 'b', 'c'].map((process, i) => ({
    process,
    port: 80,
    at: 0,
    rtt: 0,
    remote: '192.0.2.1',
    bytes: 10 - i,
  }))
  const { asking, rounds } = hostsOf([rows, rows.toReversed()])
  const question = questionOf({ by: [{ kind: 'field', field: 'process' }], groupsSent: 1 })
  const { final } = await askTop(asking, question, 2, { interrupted: AbortSignal.abort() })
  expect(rounds()).toBe(1)
  expect([...final.rows]).toMatchObject([{ key: ['a'], values: [{ value: 20 }] }])
  expect(final.rest).toMatchObject({ groups: 4, values: [{ value: 34 }] })
})

test('an estimate is not asked for again, because that would not make it better', async () => {
  const remotes = Array.from({ length: 3000 }, (_, n) => ({
    process: 'p',
    port: 80,
    at: 0,
    bytes: 1,
    rtt: 0,
    remote: `192.0.2.${n}`,
  }))
  const { asking, rounds } = hostsOf([remotes, [...remotes, { ...remotes[0]!, process: 'q' }]])
  const question = questionOf({
    measures: [{ kind: 'distinct', of: 'remote_ip' }],
    groupsSent: 1,
  })
  const { final } = await askTop(asking, question, 1, {})
  expect(rounds()).toBe(1)
  expect([...final.rows]).toMatchObject([{ certified: false, values: [{ estimated: true }] }])
})

test('sketches of many groups are coarse at first, and those of the rows as exact as they can be in the end', async () => {
  const hosts = [0, 1].map((host) =>
    Array.from({ length: 120_000 }, (_, n) => ({
      process: `p${n % 40}`,
      port: 80,
      at: 0,
      bytes: 1_000 - (n % 40),
      rtt: 1 + ((n * 7_919) % 100_000),
      remote: `${host}:${n}`,
    })),
  )
  const { asking, rounds, bytesMost } = hostsOf(hosts)
  const question = questionOf({
    by: [{ kind: 'field', field: 'process' }],
    measures: [
      { kind: 'sum', of: 'bytes' },
      { kind: 'distinct', of: 'remote_ip' },
      { kind: 'quantile', of: 'rtt_us', at: 0.5 },
    ],
  })
  const { final } = await askTop(asking, question, 3, {})
  expect(bytesMost()).toBeLessThanOrEqual(15_000)
  expect(rounds()).toBe(2)
  const error = standardErrorOf(registerCount)
  for (const [place, { key, values }] of [...final.rows].entries()) {
    expect(key).toEqual([`p${place}`])
    const [bytes, distinct, median] = values
    expect(bytes).toMatchObject({ value: 6_000 * (1_000 - place), low: 6_000 * (1_000 - place) })
    expect(Math.abs(distinct!.value! / 6_000 - 1)).toBeLessThan(4 * error)
    expect(distinct!.high! - distinct!.low!).toBeLessThan(6_000 * 5 * error)
    expect(median!.high! / median!.low!).toBeLessThan(1.03)
  }
})
