import type { Filter, NumberTest, Term, TextPattern } from '../../../src/query/filter/filter.ts'
import { isIpv4 } from '../../../src/model/address.ts'
import { bitsOf } from './flow-table.ts'

/** Values for the question marks of a statement, in order. */
export type Binding = (string | number)[]

/** A filter in SQL over the table `flow`; what is not known is not true. */
export function sqlOf(filter: Filter, binding: Binding): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.parts.map((part) => sqlOf(part, binding)).join(` ${filter.kind} `)})`
    case 'not':
      return `not ${sqlOf(filter.part, binding)}`
    default:
      return `coalesce((${termSql(filter, binding)}), 0)`
  }
}

function termSql(term: Term, binding: Binding): string {
  switch (term.kind) {
    case 'flag':
      return flags[term.word]
    case 'address':
      return ofEnd(term.end, (side) =>
        anyOf(term.networks, ({ address, bits }) => {
          binding.push(bitsOf(address).slice(0, bits))
          const isV4 = bits >= 96 && isIpv4(address)
          return `${side}_v4 = ${Number(isV4)} and substr(${side}_bits, 1, ${bits}) = ?`
        }),
      )
    case 'port': {
      const at = ofEnd(term.end, (side) => numberSql(`${side}_port`, term.test, binding))
      return `protocol in ('tcp', 'udp', 'sctp', 'udplite', '33') and (${at})`
    }
    case 'number':
      return numberSql(numbers[term.word] ?? term.word, term.test, binding)
    case 'text':
      return anyOf(texts[term.word], (text) =>
        anyOf(term.patterns, (pattern) => patternSql(text, pattern, binding)),
      )
    case 'choice': {
      binding.push(...term.values)
      const column = `replace(${choices[term.word] ?? term.word}, ' ', '-')`
      return `${column} in (${term.values.map(() => '?').join(', ')})`
    }
  }
}

const choices: Partial<Record<string, string>> = { proto: 'protocol', country: 'remote_country' }

const anyOf = <T>(values: readonly T[], sql: (value: T) => string) =>
  values.map((value) => `(${sql(value)})`).join(' or ')

type WordOf<K extends Term['kind']> = Extract<Term, { kind: K; word: unknown }>['word']

const flags: Record<WordOf<'flag'>, string> = {
  tcp: `protocol = 'tcp'`,
  udp: `protocol = 'udp'`,
  icmp: `protocol = 'icmp'`,
  icmp6: `protocol = 'icmp6'`,
  ipv4: 'remote_v4 = 1',
  ipv6: 'remote_v4 = 0',
  inbound: `direction = 'inbound'`,
  outbound: `direction = 'outbound'`,
  open: `end_reason = 'open'`,
  ended: `end_reason <> 'open'`,
  partial: 'flags & 1',
  carrier: 'flags & 2',
  loopback: 'flags & 4',
}

const numbers: Partial<Record<string, string>> = {
  bytes: 'tx_bytes + rx_bytes',
  tx: 'tx_bytes',
  rx: 'rx_bytes',
  packets: 'tx_packets + rx_packets',
  rtt: 'rtt_us',
}

/** What stands after the last slash: all that is left when what ends in a slash is cut off. */
const lastOf = (path: string) => `replace(${path}, rtrim(${path}, replace(${path}, '/', '')), '')`
const texts: Record<WordOf<'text'>, readonly string[]> = {
  process: [`case owner when 'kernel' then 'kernel' else process end`],
  exe: ['exe', lastOf('exe')],
  user: ['user', 'cast(uid as text)'],
  container: ['container', `substr(container, instr(container, ':') + 1)`],
  cgroup: ['cgroup'],
  community_id: ['community_id'],
  as: [
    'cast(remote_as as text)',
    `case typeof(remote_as) when 'text' then null else 'AS' || remote_as end`,
    'as_name',
  ],
}

function ofEnd(end: string, sql: (side: string) => string): string {
  switch (end) {
    case 'either':
      return `(${sql('local')}) or (${sql('remote')})`
    case 'local':
    case 'remote':
      return sql(end)
    default: {
      const [outbound, inbound] = end === 'src' ? ['local', 'remote'] : ['remote', 'local']
      return `(direction = 'outbound' and (${sql(outbound)})) or (direction = 'inbound' and (${sql(inbound)}))`
    }
  }
}

function numberSql(column: string, test: NumberTest, binding: Binding): string {
  if (test.kind === 'compare') {
    binding.push(test.value)
    return `(${column}) ${test.operator} ?`
  }
  return anyOf(test.ranges, ({ from, to }) => {
    binding.push(from, to)
    return `(${column}) between ? and ?`
  })
}

function patternSql(text: string, pattern: TextPattern, binding: Binding): string {
  binding.push(pattern.kind === 'exact' ? pattern.text : pattern.pattern.replaceAll('[', '[[]'))
  return `${text} ${pattern.kind === 'exact' ? '=' : 'glob'} ?`
}
