import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/model/limits.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { shortfalls } from '../../src/query/shortfalls.ts'
import { toldGaps } from '../../src/query/told-gaps.ts'
import { wholeCapture } from '../sim/status.ts'
import { coverageOf } from './aggregate/host-rows.ts'

const hour = 3_600_000
const at = hostTime(hour)
const short = (change: Parameters<typeof coverageOf>[1]) =>
  shortfalls(coverageOf('web1', change), at)
const range = (from: number, to: number) => ({ from: hostTime(from), to: hostTime(to) })

describe('what an answer is short of', () => {
  test('is nothing where all was recorded, also where the question reaches past now', () => {
    expect(short({})).toEqual([])
    expect(short({ asked: range(0, 2 * hour) })).toEqual([])
  })

  test('is the time before the log, and after it', () => {
    expect(short({ covered: range(1000, hour) })).toEqual([
      'recorded from 1970-01-01T00:00:01.000Z on',
    ])
    expect(short({ covered: range(0, hour / 2) })).toEqual([
      'recorded up to 1970-01-01T00:30:00.000Z',
    ])
    expect(short({ covered: undefined })).toEqual(['nothing of the time asked for was recorded'])
  })

  test('is no time before the log where nobody said since when, but what is missing within', () => {
    const usual = { since: 'usual', booking: 'at end' } as const
    const young = coverageOf('web1', { covered: range(1000, hour) })
    expect(shortfalls(young, at, usual)).toEqual([])
    const gap = { ...range(2000, 3000), reason: 'disk full', count: 7 }
    expect(shortfalls({ ...young, gaps: [gap] }, at, usual)).toHaveLength(1)
    expect(shortfalls({ ...young, covered: range(1000, 2000) }, at, usual)).toHaveLength(1)
    expect(shortfalls({ ...young, covered: undefined }, at, usual)).toHaveLength(1)
  })

  test('is what a host without the database cannot say of countries and AS', () => {
    expect(
      short({ whereabouts: { kind: 'missing', why: 'The database /x is not there.' } }),
    ).toEqual(['countries and AS are not known there: The database /x is not there.'])
    expect(short({ whereabouts: { kind: 'known', name: 'a', date: 'b' } })).toEqual([])
  })

  test('is each gap, which says more than the end of the log that it begins at', () => {
    const gap = { ...range(hour / 2, hour), reason: 'disk full', count: 7 }
    expect(short({ covered: range(0, hour / 2), gaps: [gap] })).toEqual([
      'not whole from 1970-01-01T00:30:00.000Z to 1970-01-01T01:00:00.000Z: disk full, 7 counted',
    ])
  })

  test('is no loss of another time, nor one that a gap has dated and counted', () => {
    const loss = (last: number, count = 1) => ({
      capture: { ...wholeCapture, lost: [{ reason: 'ring-full', count, last: hostTime(last) }] },
    })
    const early = range(1000, 2000)
    const whole = { covered: early, asked: early }
    expect(short({ ...whole, ...loss(1500) })).toHaveLength(1)
    expect(short({ ...whole, ...loss(900) })).toEqual([])
    expect(short({ ...whole, ...loss(hour - 1) })).toEqual([])
    // One before it may not be written yet.
    const late = range(hour - 60_000, hour - 50_000)
    expect(short({ covered: late, asked: late, ...loss(hour - 1) })).toHaveLength(1)
    const gap = { ...range(1400, 1600), reason: 'ring-full', count: 3 }
    expect(short({ ...whole, ...loss(1500, 3), gaps: [gap] })).toEqual([
      expect.stringMatching(/^not whole from .*: ring-full, 3 counted$/),
    ])
    expect(short({ ...whole, ...loss(1500, 4), gaps: [gap] })).toHaveLength(2)
  })

  test('is gaps of one reason that comes again and again, in three sentences that leave none out', () => {
    const reasons = ['ring full', 'disk full']
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            from: fc.nat(hour / 2),
            length: fc.nat(hour / 2),
            reason: fc.constantFrom(...reasons),
            count: fc.nat(9),
          }),
          { maxLength: 40 },
        ),
        (made) => {
          const gaps = made.map(({ from, length, ...gap }) => ({
            ...gap,
            ...range(from, from + length),
          }))
          const told = toldGaps(gaps)
          expect(short({ gaps })).toHaveLength(told.length)
          expect(told.length).toBeLessThanOrEqual(reasons.length * limits.gapsOfReasonToldMax)
          for (const reason of reasons) {
            const [some, all] = [told, gaps].map((list) =>
              list.filter((gap) => gap.reason === reason),
            )
            const sum = (list: readonly { readonly count: number }[]) =>
              list.reduce((total, { count }) => total + count, 0)
            expect(sum(some!)).toBe(sum(all!))
            expect(
              told.filter((gap) => gap.reason === reason).reduce((n, gap) => n + gap.gaps, 0),
            ).toBe(all!.length)
            for (const { from, to } of all!)
              expect(some!.some((one) => one.from <= from && one.to >= to)).toBe(true)
          }
        },
      ),
    )
    const often = Array.from({ length: 20 }, (_, i) => ({
      ...range(i * 1000, i * 1000),
      reason: 'ring full',
      count: 2,
    }))
    expect(short({ gaps: often })[1]).toBe(
      'not whole 18 times from 1970-01-01T00:00:01.000Z to 1970-01-01T00:00:18.000Z: ring full, 36 counted',
    )
  })

  test('is what a limit left out, on the side that was read last', () => {
    expect(short({ stoppedAt: 'time', covered: range(0, hour / 2) })).toEqual([
      'stopped at the limit of time: covered up to 1970-01-01T00:30:00.000Z; go on from there',
    ])
    expect(short({ stoppedAt: 'rows', covered: range(hour / 2, hour) })).toEqual([
      'stopped at the limit of records: covered from 1970-01-01T00:30:00.000Z on; go on before that',
    ])
    expect(short({ stoppedAt: 'interrupt', covered: undefined })).toEqual([
      'stopped at the interrupt: nothing was covered by then',
    ])
  })

  test('is, where records are spread and a limit cut some, what that does', () => {
    const stopped = coverageOf('web1', { stoppedAt: 'rows', covered: range(0, hour / 2) })
    expect(shortfalls(stopped, at, { since: 'asked', booking: 'spread' })).toEqual([
      expect.stringMatching(
        /go on from there, but of records .* parts are missing or count twice$/,
      ),
    ])
  })

  test('is what the source lost in that time, and what it cannot see', () => {
    const lost = [{ reason: 'ring-full', count: 3, last: hostTime(5) }]
    expect(short({ capture: { ...wholeCapture, lost } })).toEqual([
      'lost: 3 (ring-full), last at 1970-01-01T00:00:00.005Z',
    ])
    expect(short({ asked: range(10, hour), capture: { ...wholeCapture, lost } })).toEqual([])
    const blind = ['UDP is not seen.']
    expect(short({ capture: { ...wholeCapture, sees: ['tcp'], blind } })).toEqual(blind)
  })
})
