import { millis, hostTime } from '../../../src/model/quantity.ts'
import { emptyPartial } from '../../../src/query/aggregate/merge-partials.ts'
import { encodePartial } from '../../../src/query/encoding/partial-bytes.ts'
import { PartialGroups } from '../../../src/query/partial-groups.ts'
import type { Question } from '../../../src/query/question.ts'
import { wholeCoverage } from '../../sim/whole-coverage.ts'

/**
 * Groups by remote address, process and user whose answers have about 5 and 50 kB, and those that JSON has 50 kB of: a
 * line each, of six fields. As e2etop sends them that is a quarter.
 */
export const groupsOf = { 5: 180, '50 as JSON': 450, 50: 1_850 } as const

export const cannedQuestion = (groups: number): Question => ({
  range: { from: hostTime(0), to: hostTime(3_600_000) },
  by: ['remote_ip', 'process', 'user'].map(
    (field) => ({ kind: 'field', field }) as Question['by'][0],
  ),
  measures: [{ kind: 'sum', of: 'bytes' }, { kind: 'sum', of: 'tx_bytes' }, { kind: 'flows' }],
  booking: 'at end',
  groupsSent: groups,
  budget: { rows: 1e9, bytes: 1e12, groups: 1e6, time: millis(60_000), memory: 1e12 },
})

/** As many groups as may be sent: half of their addresses are those of every host. */
export function cannedAnswer(question: Question, host: string): Uint8Array {
  const seed = Buffer.from(host).reduce((sum, byte) => (sum * 31 + byte) % 65_521, 7)
  const groups = Array.from({ length: question.groupsSent }, (_, i) => {
    const network = i % 2 === 0 ? '10.1' : `10.${seed % 256}`
    const bytes = Math.floor(5e9 / (i + 1)) + ((seed * i) % 977)
    return {
      key: [`${network}.${i >> 8}.${i & 255}`, `process${i % 40}`, `user${i % 7}`],
      states: [bytes, Math.floor(bytes / 4), 1 + (i % 30)].map((value) => ({
        kind: 'total' as const,
        value,
      })),
      unsent: undefined,
    }
  })
  const coverage = wholeCoverage(host, question, { rowsScanned: 100_000, bytesRead: 2_000_000 })
  return encodePartial(question, {
    ...emptyPartial(question),
    groups: PartialGroups.of(question.measures, groups),
    coverage: [coverage],
  })
}
