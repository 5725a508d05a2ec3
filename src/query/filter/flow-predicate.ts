import type { FlowRecord } from '../../model/flow.ts'
import type { Comparison, End, Filter, NumberTest, Term, TextPattern } from './filter.ts'
import { matchesGlob } from './glob.ts'
import { contains } from './network.ts'
import { words } from './words.ts'

export type FlowPredicate = (flow: FlowRecord) => boolean

/** A filter made ready to be asked of many flows. */
export function flowPredicate(filter: Filter): FlowPredicate {
  switch (filter.kind) {
    case 'and': {
      const parts = filter.parts.map(flowPredicate)
      return (flow) => parts.every((part) => part(flow))
    }
    case 'or': {
      const parts = filter.parts.map(flowPredicate)
      return (flow) => parts.some((part) => part(flow))
    }
    case 'not': {
      const part = flowPredicate(filter.part)
      return (flow) => !part(flow)
    }
    default:
      return termPredicate(filter)
  }
}

function termPredicate(term: Term): FlowPredicate {
  switch (term.kind) {
    case 'flag':
      return words[term.word].of
    case 'address': {
      const { networks } = term
      const isIn = (address: Uint8Array) => networks.some((network) => contains(network, address))
      return anySide(term.end, (flow, side) => isIn(flow[`${side}Address`]))
    }
    case 'port': {
      const passes = numberTest(term.test)
      const isAt = anySide(term.end, (flow, side) => passes(flow[`${side}Port`]))
      return (flow) => protocolsWithPorts.has(flow.protocol) && isAt(flow)
    }
    case 'number': {
      const passes = numberTest(term.test)
      const numberOf: (flow: FlowRecord) => number | undefined = words[term.word].of
      return (flow) => {
        const number = numberOf(flow)
        return number !== undefined && passes(number)
      }
    }
    case 'text': {
      const matches = textTest(term.patterns)
      const textsOf = words[term.word].of
      return (flow) => textsOf(flow).some(matches)
    }
    case 'choice': {
      const values = new Set(term.values)
      const valueOf = words[term.word].of
      return (flow) => values.has(valueOf(flow))
    }
  }
}

/** TCP, UDP, DCCP, SCTP, UDP-Lite. What stands in the ports of an ICMP flow is none. */
export const protocolsWithPorts: ReadonlySet<number> = new Set([6, 17, 33, 132, 136])

type Side = 'local' | 'remote'

/** Whether the end in question, or either, passes. */
function anySide(end: End, passes: (flow: FlowRecord, side: Side) => boolean): FlowPredicate {
  switch (end) {
    case 'either':
      return (flow) => passes(flow, 'local') || passes(flow, 'remote')
    case 'local':
    case 'remote':
      return (flow) => passes(flow, end)
    case 'src':
      return (flow) => passesAt(flow, { outbound: 'local', inbound: 'remote' }, passes)
    case 'dst':
      return (flow) => passesAt(flow, { outbound: 'remote', inbound: 'local' }, passes)
  }
}

/** Of a flow whose opener nobody knows no end is the source. */
function passesAt(
  flow: FlowRecord,
  sides: { readonly outbound: Side; readonly inbound: Side },
  passes: (flow: FlowRecord, side: Side) => boolean,
): boolean {
  return flow.direction !== 'unknown' && passes(flow, sides[flow.direction])
}

/** A 1 for each port that passes: what `numberTest` says of it. */
export function portsPassing(test: NumberTest): Uint8Array {
  const ports = new Uint8Array(65_536)
  if (test.kind === 'within') for (const { from, to } of test.ranges) ports.fill(1, from, to + 1)
  else {
    const passes = numberTest(test)
    for (let port = 0; port < ports.length; port++) ports[port] = Number(passes(port))
  }
  return ports
}

function numberTest(test: NumberTest): (number: number) => boolean {
  if (test.kind === 'within')
    return (number) => test.ranges.some(({ from, to }) => from <= number && number <= to)
  const compare = comparing[test.operator]
  return (number) => compare(number, test.value)
}

const comparing: Record<Comparison, (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

function textTest(patterns: readonly TextPattern[]): (text: string) => boolean {
  const exact = new Set(patterns.flatMap((one) => (one.kind === 'exact' ? [one.text] : [])))
  const globs = patterns.flatMap((one) => (one.kind === 'glob' ? [one.pattern] : []))
  return (text) => exact.has(text) || globs.some((pattern) => matchesGlob(pattern, text))
}
