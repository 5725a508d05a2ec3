import { formatAddress } from '../../../src/model/address.ts'
import { limits } from '../../../src/model/limits.ts'
import { hostTime, millis } from '../../../src/model/quantity.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'
import type { Question } from '../../../src/query/question.ts'
import { remoteAddress } from '../../log/busy-host.ts'
import { dayMs, days, exportMs, startMs } from './dataset.ts'

/** A remote end that a host talks to now and then: some 40 of 10 M rows. */
export const needle = remoteAddress(19_003)
export const dayAsked = 8
const dayFrom = startMs + dayAsked * dayMs
const day = { from: hostTime(dayFrom), to: hostTime(dayFrom + dayMs) }
const all = { from: hostTime(startMs - dayMs), to: hostTime(startMs + (days + 1) * dayMs) }
export const rowsShown = 20

export const questionNames = ['top', 'nets', 'address', 'bins', 'distinct'] as const
export type QuestionName = (typeof questionNames)[number]

const whereOf = (text: string) => {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(`${text} is no filter`)
  return parsed.filter
}

const plain = {
  range: all,
  by: [],
  booking: 'at end',
  groupsSent: limits.groupsSent,
  budget: { rows: 1e9, bytes: 1e12, groups: 1e6, time: millis(1e9), memory: 1e12 },
} as const
const process = { kind: 'field', field: 'process' } as const
const bytes = { kind: 'sum', of: 'bytes' } as const

/** The five questions of DESIGN.md, as a host is asked. */
export const questions: Record<QuestionName, Question> = {
  top: { ...plain, by: [process, { kind: 'field', field: 'user' }], measures: [bytes] },
  nets: {
    ...plain,
    where: whereOf('port 443'),
    range: day,
    by: [{ kind: 'network', end: 'remote', v4Bits: 24, v6Bits: 48 }],
    measures: [bytes],
  },
  address: {
    ...plain,
    where: whereOf(`host ${formatAddress(needle)}`),
    by: [process],
    measures: [bytes, { kind: 'flows' }],
  },
  bins: {
    ...plain,
    groupsSent: limits.partialGroupsMax,
    range: day,
    by: [process],
    bin: millis(exportMs),
    measures: [bytes],
  },
  distinct: { ...plain, by: [process], measures: [{ kind: 'distinct', of: 'remote_ip' }] },
}

/** Rows of an answer as all engines give them: names and whole numbers, in an order that follows from them. */
export type Rows = readonly (readonly (string | number)[])[]

const inDay = `end_ms >= ${day.from} and end_ms < ${day.to}`

/** What the two dialects write differently. */
export interface Dialect {
  /** With columns `process` and `user`. */
  readonly flows: string
  readonly isV4: string
  /** First 24 bits of an IPv4 remote end, first 48 of an IPv6 one, as hexadecimal digits. */
  readonly v4Net: string
  readonly v6Net: string
  readonly isNeedle: string
  readonly remote: string
}

export const sqlOf = (d: Dialect): Record<QuestionName, string> => ({
  top: `select process, "user", sum(tx + rx) from ${d.flows} group by 1, 2 order by 3 desc limit ${rowsShown}`,
  nets: `select case when ${d.isV4} then ${d.v4Net} else ${d.v6Net} end, sum(tx + rx) from ${d.flows}
    where (local_port = 443 or remote_port = 443) and ${inDay} group by 1 order by 2 desc limit ${rowsShown}`,
  address: `select process, sum(tx + rx), count(*) from ${d.flows} where ${d.isNeedle} group by 1`,
  bins: `select end_ms - end_ms % ${exportMs}, process, sum(tx + rx) from ${d.flows} where ${inDay} group by 1, 2`,
  distinct: `select process, count(*) from (select distinct process, ${d.remote} from ${d.flows}) group by 1`,
})
