import { limits } from '../model/limits.ts'
import { screenLimits } from '../model/screen-limits.ts'
import { hostTime, millis } from '../model/quantity.ts'
import { askTop } from '../query/ask-top.ts'
import type { Asking } from '../query/asking.ts'
import type { Measure, Question, TimeRange } from '../query/question.ts'
import type { Answer, Query } from '../query/session.ts'
import { shortfalls } from '../query/shortfalls.ts'
import type { GroupTotals } from '../query/totals.ts'
import { silenceOf, type Lack } from '../query/lacks.ts'
import { pastCoverage } from './past-coverage.ts'

/** Who sums up what was recorded. */
export type Summing = Pick<Asking, 'ask' | 'states' | 'close'>

const sumOf = (of: 'bytes' | 'tx_bytes' | 'rx_bytes' | 'tx_packets' | 'rx_packets'): Measure => ({
  kind: 'sum',
  of,
})
const measures: readonly Measure[] = [
  sumOf('bytes'),
  sumOf('tx_bytes'),
  sumOf('rx_bytes'),
  sumOf('tx_packets'),
  sumOf('rx_packets'),
  { kind: 'flows' },
]

type TotalsQuery = Extract<Query, { kind: 'totals' }>

/** Totals of a time too long for its flows to be listed: each host sums up its own, and the largest groups come. */
export async function pastTotals(
  asking: Summing,
  { by, where }: TotalsQuery,
  range: TimeRange,
): Promise<Answer> {
  const at = hostTime(Date.now())
  const question: Question = {
    range,
    by,
    ...(where && { where }),
    measures,
    booking: 'at end',
    groupsSent: screenLimits.pastGroupsMax,
    budget: {
      rows: Number.MAX_SAFE_INTEGER,
      bytes: Number.MAX_SAFE_INTEGER,
      groups: limits.queryGroupsMax,
      time: millis(screenLimits.pastTotalsMs),
      memory: limits.queryMemoryMax,
    },
  }
  const { final, silent } = await askTop(asking, question, screenLimits.pastGroupsMax, {})
  const hosts = asking.states()
  const isNamed = hosts.length > 0
  const lacks: readonly Lack[] = [
    ...silent.map(silenceOf),
    ...final.coverage.flatMap((one) =>
      shortfalls(one, at).map((why) => ({ host: isNamed ? one.host : undefined, why })),
    ),
    ...(final.rest
      ? [{ host: undefined, why: `${final.rest.groups} smaller groups are left out` }]
      : []),
  ]
  const groups = Array.from(final.rows, ({ key, values }): GroupTotals => {
    const [, txBytes, rxBytes, txPackets, rxPackets, flows] = values.map(({ value }) => value ?? 0)
    return {
      key,
      flows: flows ?? 0,
      openFlows: 0,
      txBytes: txBytes ?? 0,
      rxBytes: rxBytes ?? 0,
      txPackets: txPackets ?? 0,
      rxPackets: rxPackets ?? 0,
    }
  })
  const coverage = final.coverage.find(({ capture }) => capture) ?? final.coverage[0]
  return {
    rows: { kind: 'totals', groups },
    coverage: pastCoverage(range, where, { hosts, coverage, lacks }),
  }
}
