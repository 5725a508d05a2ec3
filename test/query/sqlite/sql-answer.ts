import type { Database, SqlValue } from 'sql.js'
import { namesCarriers } from '../../../src/query/filter/filter.ts'
import type { GroupKey, Measure, Question } from '../../../src/query/question.ts'
import type { NaiveAnswer } from '../run/naive-answer.ts'
import { networkOf } from './flow-table.ts'
import { sqlOf, type Binding } from './sql-filter.ts'

/** A question whose records are booked at their ends, answered by SQLite from its table `flow`. */
export function sqlAnswer(database: Database, question: Question): NaiveAnswer {
  const { where, range, by, bin, measures } = question
  const binding: Binding = []
  const keys = [bin === undefined ? 'null' : `end_ms - end_ms % ${bin}`, ...by.map(keySql)]
  const withCarriers = where !== undefined && namesCarriers(where)
  const conditions = [
    `end_ms >= ${range.from} and end_ms < ${range.to}`,
    ...(withCarriers ? [] : ['flags & 2 = 0']),
    ...(where ? [sqlOf(where, binding)] : []),
  ]
  const sql = `select ${[...keys, ...measures.flatMap(measureSql)].join(', ')} from flow
    where ${conditions.join(' and ')} group by ${keys.map((_, i) => i + 1).join(', ')}`
  const [found] = database.exec(sql, binding)
  return Object.fromEntries((found?.values ?? []).map((row) => namedRow(question, row)))
}

function keySql(key: GroupKey): string {
  switch (key.kind) {
    case 'field':
      return key.field === 'host' ? `'here'` : `"${key.field}"`
    case 'network': {
      const [bits, isV4] = [`${key.end}_bits`, `${key.end}_v4 = 1`]
      return `case when ${isV4} then substr(${bits}, 1, ${96 + key.v4Bits}) else '6' || substr(${bits}, 1, ${key.v6Bits}) end`
    }
    case 'service':
      return `case when protocol not in ('tcp', 'udp', 'sctp', 'udplite', '33') then null
        else case direction when 'outbound' then remote_port when 'inbound' then local_port
        else min(local_port, remote_port) end end`
    case 'loopback':
      return `case when flags & 4 then 'yes' else 'no' end`
    case 'hour':
      return 'end_ms / 3600000 % 24'
  }
}

/** Why an address has no country or AS is none that could be counted. */
const distinctSql: Partial<Record<string, string>> = {
  host: `'here'`,
  remote_country: `case length(remote_country) when 2 then remote_country end`,
  remote_as: `case typeof(remote_as) when 'text' then null else remote_as end`,
}

const sizes: Partial<Record<string, string>> = {
  bytes: 'tx_bytes + rx_bytes',
  packets: 'tx_packets + rx_packets',
  duration_ms: 'end_ms - start_ms',
}

function measureSql(measure: Measure): readonly string[] {
  if (measure.kind === 'flows') return ['count(distinct nullif(id, 0))']
  if (measure.kind === 'distinct')
    return [`count(distinct ${distinctSql[measure.of] ?? `"${measure.of}"`})`]
  const size = sizes[measure.of] ?? measure.of
  switch (measure.kind) {
    case 'sum':
    case 'rate':
      return [`sum(${size})`]
    case 'min':
    case 'max':
      return [`${measure.kind}(${size})`]
    case 'avg':
      return [`coalesce(sum(${size}), 0)`, `count(${size})`]
    case 'quantile':
      return [`count(${size})`]
  }
}

/** A row in the words of the naive oracle. */
function namedRow({ by, measures }: Question, row: readonly SqlValue[]): [string, unknown[]] {
  const [bin, ...rest] = row
  const keys = by.map((key, i) => {
    if (key.kind !== 'network') return rest[i]
    const bits = String(rest[i])
    return bits.startsWith('6') ? networkOf(bits.slice(1), key.v6Bits) : networkOf(bits, key.v4Bits)
  })
  const numbers = rest.slice(by.length)
  const values = measures.map((measure) => {
    if (measure.kind === 'avg') return [numbers.shift(), numbers.shift()]
    return numbers.shift() ?? undefined
  })
  return [JSON.stringify([bin, ...keys]), values]
}
