import fc from 'fast-check'
import { gapReason } from '../../../src/model/gap.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { PartialMerging } from '../../../src/query/aggregate/merge-partials.ts'
import { decodePartial } from '../../../src/query/encoding/partial-bytes.ts'
import type { PartialAnswer } from '../../../src/query/partial-answer.ts'
import type { Question } from '../../../src/query/question.ts'
import { answerOf, coverageOf, questionOf, row, type Row } from '../aggregate/host-rows.ts'

export function decoded(asked: Question, bytes: Uint8Array): PartialAnswer {
  const found = decodePartial(asked, bytes)
  if (!found.ok) throw new Error(found.why)
  const merging = new PartialMerging(asked)
  merging.add(found.partial)
  return merging.merged()
}

/** An answer with something in it of all that can be. */
export const rich = (): PartialAnswer => {
  const answer = answerOf(asked, 'web1', someRows(300))
  const gap = { from: hostTime(1), to: hostTime(2), reason: gapReason.ringFull, count: 3 }
  const whereabouts = { kind: 'known', name: 'a database', date: '2026-06-17' } as const
  const coverage = [
    coverageOf('web1', { gaps: [gap], stoppedAt: 'memory', covered: undefined, whereabouts }),
  ]
  return { ...answer, coverage }
}
export const asked = questionOf({
  groupsSent: 20,
  measures: [
    { kind: 'sum', of: 'bytes' },
    { kind: 'distinct', of: 'remote_ip' },
    { kind: 'quantile', of: 'rtt_us', at: 0.5 },
    { kind: 'avg', of: 'rtt_us' },
    { kind: 'min', of: 'rtt_us' },
  ],
})
export const someRows = (count: number): Row[] => fc.sample(row, { numRuns: count, seed: 7 })

export const firstOf = ({ states }: Pick<PartialAnswer['rest'], 'states'>): number => {
  const [state] = states
  return state?.kind === 'total' ? state.value : NaN
}
