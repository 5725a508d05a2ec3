import { seededRandom, shuffle } from '../seeded-random.ts'
import type { Edge } from './traffic-graph.ts'

/** What is seen once `k` hosts are instrumented, by `k` from 0 to all. */
export interface CoverageCurve {
  readonly bytes: Float64Array
  readonly flows: Float64Array
}

/** Hosts with most bytes first; of equals the one that came first. */
export function largestFirst(edges: readonly Edge[], hosts: number): Uint32Array {
  const bytes = new Float64Array(hosts)
  for (const edge of edges) {
    if (edge.a >= 0) bytes[edge.a]! += edge.bytes
    if (edge.b >= 0 && edge.b !== edge.a) bytes[edge.b]! += edge.bytes
  }
  return Uint32Array.from({ length: hosts }, (_, host) => host).sort(
    (a, b) => bytes[b]! - bytes[a]! || a - b,
  )
}

/** A conversation is seen from the first of its ends that is instrumented in that order. */
export function coverageCurve(edges: readonly Edge[], order: Uint32Array): CoverageCurve {
  const turn = new Uint32Array(order.length)
  for (const [i, host] of order.entries()) turn[host] = i + 1
  const bytes = new Float64Array(order.length + 1)
  const flows = new Float64Array(order.length + 1)
  for (const edge of edges) {
    const at = Math.min(turnOf(turn, edge.a), turnOf(turn, edge.b))
    bytes[at]! += edge.bytes
    flows[at]! += edge.flows
  }
  for (let k = 1; k <= order.length; k++) {
    bytes[k]! += bytes[k - 1]!
    flows[k]! += flows[k - 1]!
  }
  return { bytes, flows }
}

const turnOf = (turn: Uint32Array, host: number) => (host < 0 ? Infinity : turn[host]!)

/** Over all trials: the mean, and between what 95 % of them lie. */
export interface Spread {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface Trials {
  readonly trials: number
  readonly seed: number
  /** Numbers of hosts to look at. */
  readonly points: readonly number[]
}

/** What is seen where hosts are chosen by chance, at each of the points. */
export function randomCoverage(
  edges: readonly Edge[],
  hosts: number,
  { trials, seed, points }: Trials,
): readonly { readonly bytes: Spread; readonly flows: Spread }[] {
  const random = seededRandom(seed)
  const order = Uint32Array.from({ length: hosts }, (_, host) => host)
  const seen = points.map(() => ({ bytes: [] as number[], flows: [] as number[] }))
  for (let trial = 0; trial < trials; trial++) {
    shuffle(order, random)
    const curve = coverageCurve(edges, order)
    for (const [i, point] of points.entries()) {
      seen[i]!.bytes.push(curve.bytes[point]!)
      seen[i]!.flows.push(curve.flows[point]!)
    }
  }
  return seen.map(({ bytes, flows }) => ({ bytes: spreadOf(bytes), flows: spreadOf(flows) }))
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  const sum = sorted.reduce((total, value) => total + value, 0)
  return { mean: sorted.length === 0 ? 0 : sum / sorted.length, low: at(0.025), high: at(0.975) }
}
