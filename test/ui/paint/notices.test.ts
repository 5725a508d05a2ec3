import { describe, expect, test } from 'vitest'
import { hostTime } from '../../../src/model/quantity.ts'
import { noticeLines, noticesOf, paintNotices, sourceText } from '../../../src/ui/paint/notices.ts'
import { wholeCapture, wholeCoverage } from '../demo-session.ts'

const plain = (_role: string, text: string) => text
const coverageOf = (capture: Partial<typeof wholeCapture>) => ({
  ...wholeCoverage,
  capture: { ...wholeCapture, ...capture },
})
const limits = ['The first limit.', 'The second limit.', 'The third limit.']
const linesOf = (coverage: typeof wholeCoverage, linesMax = 3) => {
  const notices = noticesOf(coverage)
  return paintNotices(notices, noticeLines(notices, linesMax), 60, plain)
}

describe('notices', () => {
  test('the source says when it is the recorder that the host runs always', () => {
    expect(sourceText(wholeCoverage)).toBe('bpf')
    expect(sourceText({ ...wholeCoverage, attached: true })).toBe('bpf via recorder')
  })

  test('a whole capture has none', () => {
    expect(linesOf(wholeCoverage)).toEqual([])
  })

  test('that the log is not written is a warning beside a live view that is whole', () => {
    const unkept =
      'The log /x cannot be written: disk full. 7 records wait in the recorder’s memory.'
    expect(noticesOf({ ...wholeCoverage, unkept })).toEqual([{ kind: 'warning', text: unkept }])
  })

  test('the limits of a source that sees all share one line', () => {
    expect(linesOf(coverageOf({ blind: limits }))).toEqual([' i The first limit. (c: 2 more)'])
  })

  test('where a sight is missing each reason is a warning of its own', () => {
    const coverage = coverageOf({ sees: ['tcp', 'udp'], blind: limits })
    expect(linesOf(coverage)).toEqual(limits.map((text) => ` ! ${text}`))
    expect(linesOf(coverage, 1)).toEqual([' ! The first limit. (c: 2 more)'])
  })

  test('the latest gap is a warning, but not a second one about what is counted as lost', () => {
    const gap = (second: number, reason: string) => ({
      from: hostTime(Date.UTC(2026, 2, 14, 15, 10, second)),
      to: hostTime(Date.UTC(2026, 2, 14, 15, 10, second + 5)),
      reason,
      count: 0,
    })
    const gaps = [gap(0, 'recorder down'), gap(20, 'recorder stalled')]
    expect(noticesOf({ ...wholeCoverage, gaps })).toEqual([
      {
        kind: 'warning',
        text: 'Not whole from 15:10:20Z to 15:10:25Z: recorder stalled. 1 earlier: `e2etop status`.',
      },
    ])
    const lost = [{ reason: 'ring-full', count: 3, last: hostTime(0) }]
    const both = { ...coverageOf({ lost }), gaps: [gap(0, 'ring-full')] }
    expect(noticesOf(both)).toEqual([
      { kind: 'warning', text: expect.stringMatching(/^Lost 3: /) as string },
    ])
  })

  test('flows that ended before the filter was set are missing from totals, which is a warning', () => {
    const filter = { text: 'tcp', flowsUntested: 3 }
    expect(linesOf({ ...wholeCoverage, filter })).toEqual([
      expect.stringMatching(/^ ! 3 flows ended before the filter was set/),
    ])
    expect(linesOf({ ...wholeCoverage, filter: { text: 'tcp', flowsUntested: 0 } })).toEqual([])
  })

  test('what ended and what was lost come before what cannot be seen', () => {
    const lost = [{ reason: 'x', count: 2, last: wholeCoverage.from }]
    const coverage = { ...coverageOf({ blind: limits, lost }), stale: 'gone' }
    expect(noticesOf(coverage).map(({ kind, text }) => `${kind} ${text.slice(0, 6)}`)).toEqual([
      'warning Stale:',
      'warning Lost 2',
      'note The fi',
      'note The se',
      'note The th',
    ])
  })

  test('what is looked up beside a case is said to be of another day', () => {
    const whereabouts = [{ kind: 'known', name: 'NRO', date: '2026-06-17' }] as const
    const past = { missing: [], fromCase: 'case.db' }
    expect(linesOf({ ...wholeCoverage, whereabouts, past })).toEqual([
      expect.stringMatching(/^ i Countries and AS are looked up here, in a datab/),
    ])
    expect(linesOf({ ...wholeCoverage, whereabouts, past: { missing: [] } })).toEqual([])
  })

  test('a reason that never took anything is not named', () => {
    const lost = [{ reason: 'x', count: 0, last: wholeCoverage.from }]
    expect(linesOf(coverageOf({ lost }))).toEqual([])
  })

  test('a line that is cut says where all of it is', () => {
    const [line] = linesOf(coverageOf({ sees: [], blind: ['long '.repeat(30)] }))
    expect(line).toMatch(/^ ! (long ){8,}.*… \(c: all\)$/)
    expect(line).toHaveLength(60)
  })
})
