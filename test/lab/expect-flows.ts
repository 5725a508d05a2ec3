import { formatAddress, parseAddress } from '../../src/model/address.ts'
import type { Sight } from '../../src/model/capture-status.ts'
import type { Owner } from '../../src/model/owner.ts'
import { flowName, type CollectedFlows, type SeenFlow } from './collected-flows.ts'
import type { ExpectedFlow, ExpectedOwner, FlowEnd } from './traffic.ts'

/** How many flows of one end were right, for the bench's table. */
export interface EndScore {
  expected: number
  seen: number
  pidRight: number
  uidRight: number
  bytesExact: number
}

export interface Comparison {
  /** One readable line each; empty: all is exactly as the traffic's maker says. */
  readonly differences: readonly string[]
  readonly ends: Readonly<Record<FlowEnd, EndScore>>
}

const exactFields = [
  'txBytes',
  'rxBytes',
  'txPackets',
  'rxPackets',
  'retransmits',
  'direction',
  'closed',
  'partial',
] as const

/**
 * Compares what a source said with what the traffic's maker counted: every flow once, and every field that the
 * maker gives, exactly. `sees` is the source's; an actor is only asked of a source that sees actors.
 */
export function compareFlows(
  expected: readonly ExpectedFlow[],
  collected: CollectedFlows,
  sees: readonly Sight[],
): Comparison {
  const differences = [...collected.broken]
  const ends = { client: emptyScore(), server: emptyScore() }
  const seen = byName(collected.flows)
  const named = new Set<string>()
  for (const flow of expected.map(canonical)) {
    const name = flowName(flow)
    if (named.has(name)) throw new Error(`the traffic has two flows with the name ${name}`)
    named.add(name)
    const found = seen.get(name) ?? []
    seen.delete(name)
    const score = ends[flow.end]
    score.expected += 1
    if (found.length > 0) score.seen += 1
    if (found.length !== 1) differences.push(`${name}: seen ${found.length} times`)
    for (const one of found.slice(0, 1)) {
      count(score, flow, one)
      differences.push(...differencesOf(flow, one, sees).map((text) => `${name}: ${text}`))
    }
  }
  for (const [name, flows] of seen)
    if (!flows.every(isKernelsOwn)) differences.push(`${name}: not expected (${textOf(flows[0]!)})`)
  return { differences, ends }
}

const emptyScore = (): EndScore => ({
  expected: 0,
  seen: 0,
  pidRight: 0,
  uidRight: 0,
  bytesExact: 0,
})

function byName(flows: readonly SeenFlow[]): Map<string, SeenFlow[]> {
  const named = new Map<string, SeenFlow[]>()
  for (const flow of flows) {
    const name = flowName(flow)
    named.set(name, [...(named.get(name) ?? []), flow])
  }
  return named
}

/** Python writes an IPv4 peer of an IPv6 socket as ::ffff:a.b.c.d. */
function canonical(flow: ExpectedFlow): ExpectedFlow {
  const text = (address: string) => formatAddress(parseAddress(address)!)
  return {
    ...flow,
    localAddress: text(flow.localAddress),
    remoteAddress: text(flow.remoteAddress),
  }
}

function count(score: EndScore, expected: ExpectedFlow, seen: SeenFlow): void {
  if (seen.owner.kind === 'process') {
    if (seen.owner.pid === expected.owner.pid) score.pidRight += 1
    if (seen.owner.uid === expected.owner.uid) score.uidRight += 1
  }
  if (seen.txBytes === expected.txBytes && seen.rxBytes === expected.rxBytes) score.bytesExact += 1
}

function differencesOf(expected: ExpectedFlow, seen: SeenFlow, sees: readonly Sight[]): string[] {
  const found: string[] = []
  for (const field of exactFields)
    if (expected[field] !== undefined && expected[field] !== seen[field])
      found.push(`${field} ${String(seen[field])} in place of ${String(expected[field])}`)
  if (ownerText(seen.owner) !== ownerText(processOwner(expected.owner)))
    found.push(
      `owner ${ownerText(seen.owner)} in place of ${ownerText(processOwner(expected.owner))}`,
    )
  const actor = expected.actor && processOwner(expected.actor)
  if (sees.includes('actor') && ownerText(seen.actor) !== ownerText(actor))
    found.push(`actor ${ownerText(seen.actor)} in place of ${ownerText(actor)}`)
  return found
}

type NamedOwner =
  ({ readonly kind: 'process' } & ExpectedOwner) | Exclude<Owner, { kind: 'process' }>

const processOwner = (owner: ExpectedOwner): NamedOwner => ({ kind: 'process', ...owner })

function ownerText(owner: NamedOwner | undefined): string {
  switch (owner?.kind) {
    case undefined:
      return 'nobody'
    case 'process':
      return `${owner.process}[${owner.pid}] uid ${owner.uid}`
    case 'kernel':
      return 'kernel'
    case 'unknown':
      return `unknown (${owner.why})`
  }
}

const icmp = 1
const icmpv6 = 58
/** Listener reports begin with an extension header (RFC 3810), and stand under its number where nobody looks past it. */
const hopByHop = 0
const kernelProtocols = [icmp, icmpv6, hopByHop]

/** Neighbour discovery, listener reports, echo replies: true, and no part of what the traffic's maker counts. */
function isKernelsOwn(flow: SeenFlow): boolean {
  return flow.owner.kind === 'kernel' && kernelProtocols.includes(flow.protocol)
}

function textOf(flow: SeenFlow): string {
  return `${ownerText(flow.owner)}, tx ${flow.txBytes}, rx ${flow.rxBytes}`
}
