import { describe, expect, test } from 'vitest'
import { hostTime } from '../../../src/model/quantity.ts'
import type { Answer } from '../../../src/query/session.ts'
import { compareLines } from '../../../src/ui/paint/compare.ts'
import { compared } from '../../../src/ui/store/comparison.ts'
import { groupViews } from '../../../src/ui/store/views.ts'
import { wholeCoverage } from '../demo-session.ts'

const plain = (_role: string, text: string) => text
const answer = (
  minute: number,
  bytes: Readonly<Record<string, number>>,
  missing: string[] = [],
): Answer => ({
  coverage: {
    ...wholeCoverage,
    from: hostTime(Date.UTC(2026, 2, 14, 15, minute)),
    to: hostTime(Date.UTC(2026, 2, 14, 15, minute + 5)),
    past: { missing },
  },
  rows: {
    kind: 'totals',
    groups: Object.entries(bytes).map(([user, txBytes]) => ({
      key: ['process', user],
      flows: 1,
      openFlows: 0,
      txBytes,
      rxBytes: 1,
      txPackets: 1,
      rxPackets: 1,
    })),
  },
})

describe('two windows', () => {
  const comparison = compared(
    groupViews.users,
    answer(0, { alice: 100, bob: 7000, carol: 5 }),
    answer(5, { alice: 400, dave: 90, carol: 5 }, ['recorded up to then']),
  )

  test('what is new, gone, grown or the same, by the size of the change', () => {
    expect(
      comparison.groups.map(({ names: [name], change, before, after }) => [
        name,
        change,
        before,
        after,
      ]),
    ).toEqual([
      ['bob', 'gone', 7001, 0],
      ['alice', 'grown', 101, 401],
      ['dave', 'new', 0, 91],
      ['carol', 'same', 6, 6],
    ])
  })

  test('are shown with their times and with what is missing from either', () => {
    const lines = compareLines(comparison, 80, plain)
    expect(lines).toContain('   before  2026-03-14 15:00:00Z to 15:05:00Z')
    expect(lines).toContain(' ! after: recorded up to then')
    expect(lines.find((line) => line.includes('alice'))).toMatch(
      /▲ grown +alice +101 +401 +\+300 +x4\.0$/,
    )
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})
