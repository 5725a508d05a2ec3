import { isIpv4, parseAddress } from '../../../src/model/address.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { namedFields, type FieldValue } from '../../../src/model/vocabulary.ts'
import { asNames, naiveAs, naiveCountry } from '../../sim/small-whereabouts.ts'
import type { Filter, NumberTest, Term, TextPattern } from '../../../src/query/filter/filter.ts'

/**
 * What a filter means, said a second time: over the fields that the JSON output has, addresses as one number of 128
 * bits, globs as regular expressions. Slow, and no line of it is the program's.
 */
export function naivelyMatches(filter: Filter, flow: FlowRecord): boolean {
  switch (filter.kind) {
    case 'and':
      return !filter.parts.some((part) => !naivelyMatches(part, flow))
    case 'or':
      return filter.parts.filter((part) => naivelyMatches(part, flow)).length > 0
    case 'not':
      return !naivelyMatches(filter.part, flow)
    default:
      return matchesTerm(filter, flow)
  }
}

function matchesTerm(term: Term, flow: FlowRecord): boolean {
  const fields = namedFields(flow, 'h')
  switch (term.kind) {
    case 'flag':
      return flagMeanings[term.word](flow, fields)
    case 'address':
      return sidesOf(term.end, flow).some((side) => {
        const bytes = side === 'local' ? flow.localAddress : flow.remoteAddress
        return term.networks.some(({ address, bits }) => {
          const isV4 = isIpv4(address) && bits >= 96
          const shift = BigInt(128 - bits)
          return isV4 === isIpv4(bytes) && bitsOf(bytes) >> shift === bitsOf(address) >> shift
        })
      })
    case 'port':
      return (
        ['tcp', 'udp', 'sctp', 'udplite', '33'].includes(String(fields.protocol)) &&
        sidesOf(term.end, flow).some((side) => passes(term.test, fields[`${side}_port`]))
      )
    case 'number':
      return passes(term.test, numberOf(term.word, fields))
    case 'text':
      return textsOf(term.word, fields).some((text) =>
        term.patterns.some((pattern) => matchesText(pattern, text)),
      )
    case 'choice':
      return term.values.includes(choiceOf(term.word, fields))
  }
}

type Fields = ReturnType<typeof namedFields>
type WordOf<K extends Term['kind']> = Extract<Term, { kind: K; word: unknown }>['word']

const flagged =
  (name: string) =>
  (_flow: FlowRecord, { flags }: Fields) =>
    Array.isArray(flags) && flags.includes(name)
const flagMeanings: Record<WordOf<'flag'>, (flow: FlowRecord, fields: Fields) => boolean> = {
  tcp: (_, { protocol }) => protocol === 'tcp',
  udp: (_, { protocol }) => protocol === 'udp',
  icmp: (_, { protocol }) => protocol === 'icmp',
  icmp6: (_, { protocol }) => protocol === 'icmp6',
  ipv4: (_, { remote_ip: ip }) => String(ip).includes('.'),
  ipv6: (_, { remote_ip: ip }) => String(ip).includes(':'),
  inbound: (_, { direction }) => direction === 'inbound',
  outbound: (_, { direction }) => direction === 'outbound',
  open: (_, { end_reason: reason }) => reason === 'open',
  ended: (_, { end_reason: reason }) => reason !== 'open',
  partial: flagged('partial'),
  carrier: flagged('carrier'),
  loopback: flagged('loopback'),
}

type Side = 'local' | 'remote'
function sidesOf(end: string, { direction }: FlowRecord): readonly Side[] {
  const sides: Record<string, readonly Side[]> = {
    either: ['local', 'remote'],
    local: ['local'],
    remote: ['remote'],
    'src outbound': ['local'],
    'src inbound': ['remote'],
    'dst outbound': ['remote'],
    'dst inbound': ['local'],
  }
  return sides[end] ?? sides[`${end} ${direction}`] ?? []
}

const bitsOf = (address: Uint8Array) =>
  address.reduce((number, byte) => number * 256n + BigInt(byte), 0n)

function passes(test: NumberTest, number: FieldValue): boolean {
  if (typeof number !== 'number') return false
  if (test.kind === 'within')
    return test.ranges.some(({ from, to }) => !(number < from) && !(number > to))
  const sign = Math.sign(number - test.value)
  return { '<': [-1], '<=': [-1, 0], '>': [1], '>=': [1, 0] }[test.operator].includes(sign)
}

function numberOf(word: WordOf<'number'>, fields: Fields): FieldValue {
  switch (word) {
    case 'bytes':
      return Number(fields.tx_bytes) + Number(fields.rx_bytes)
    case 'tx':
      return fields.tx_bytes
    case 'rx':
      return fields.rx_bytes
    case 'packets':
      return Number(fields.tx_packets) + Number(fields.rx_packets)
    case 'rtt':
      return fields.rtt_us
    default:
      return fields[word]
  }
}

function textsOf(word: WordOf<'text'>, fields: Fields): readonly string[] {
  if (word === 'as') {
    const found = naiveAs(parseAddress(String(fields.remote_ip))!)
    if (typeof found === 'string') return [found]
    return [`${found}`, `AS${found}`, ...[asNames.get(found) ?? []].flat()]
  }
  const value = fields[word]
  const texts = typeof value === 'string' ? [value] : []
  switch (word) {
    case 'process':
      return fields.owner === 'kernel' ? ['kernel'] : texts
    case 'user':
      return typeof fields.uid === 'number' ? [...texts, `${fields.uid}`] : texts
    case 'exe':
      return texts.flatMap((path) => [path, path.split('/').at(-1) ?? ''])
    case 'container':
      return texts.flatMap((name) => [name, name.split(':').slice(1).join(':') || name])
    default:
      return texts
  }
}

function choiceOf(word: WordOf<'choice'>, fields: Fields): string {
  if (word === 'country') return naiveCountry(parseAddress(String(fields.remote_ip))!)
  const value = fields[word === 'proto' ? 'protocol' : word]
  return String(value).split(' ').join('-')
}

function matchesText(pattern: TextPattern, text: string): boolean {
  if (pattern.kind === 'exact') return pattern.text === text
  const pieces = Array.from(pattern.pattern, (character) =>
    character === '*' ? '.*' : character === '?' ? '.' : character,
  )
  return new RegExp(`^${pieces.join('')}$`, 'su').test(text)
}
