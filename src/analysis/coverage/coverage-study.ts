import { coverageCurve, largestFirst, randomCoverage } from './coverage-curve.ts'
import type { Spread } from './coverage-curve.ts'
import type { Edge, TrafficGraph } from './traffic-graph.ts'

/** Shares of all bytes and flows, 0 to 1. */
export interface CoveragePoint {
  /** Instrumented. */
  readonly hosts: number
  /** Of all hosts. */
  readonly share: number
  /** With the hosts of most bytes. */
  readonly largest: { readonly bytes: number; readonly flows: number }
  /** With hosts chosen by chance. */
  readonly random: { readonly bytes: Spread; readonly flows: Spread }
}

export interface ApplicationCoverage {
  readonly service: string
  readonly bytes: number
  readonly flows: number
  /** Share of its bytes, with the hosts of most bytes of all: at each of the points. */
  readonly largest: readonly number[]
}

export interface CoverageStudy {
  readonly hosts: number
  readonly bytes: number
  readonly flows: number
  readonly points: readonly CoveragePoint[]
  /** Of most bytes first. */
  readonly applications: readonly ApplicationCoverage[]
  /** Those to instrument first, and what is seen with each and all before it. */
  readonly first: readonly { readonly host: string; readonly bytes: number }[]
  /** Hosts of most bytes that are needed for these shares of the bytes. */
  readonly needed: readonly { readonly share: number; readonly hosts: number }[]
}

const trials = 100
const seed = 2006
const applicationsShown = 10
const pointsMax = 200
const hostsNamed = 20
const sharesNeeded = [0.5, 0.9, 0.99, 0.999, 0.99999]

/** How much of a site's traffic is seen by how many of its hosts. */
export function studyCoverage(graph: TrafficGraph): CoverageStudy {
  const { edges } = graph
  const names = graph.hosts
  const hosts = names.length
  const order = largestFirst(edges, hosts)
  const curve = coverageCurve(edges, order)
  const bytes = sumOf(edges, 'bytes') + graph.left.bytes
  const flows = sumOf(edges, 'flows') + graph.left.flows
  const points = pointsOf(hosts)
  const random = randomCoverage(edges, hosts, { trials, seed, points })
  const part = (value: number, whole: number) => (whole === 0 ? 0 : value / whole)
  const spread = ({ mean, low, high }: Spread, whole: number): Spread => ({
    mean: part(mean, whole),
    low: part(low, whole),
    high: part(high, whole),
  })
  return {
    hosts,
    bytes,
    flows,
    points: points.map((point, i) => ({
      hosts: point,
      share: part(point, hosts),
      largest: {
        bytes: part(curve.bytes[point]!, bytes),
        flows: part(curve.flows[point]!, flows),
      },
      random: {
        bytes: spread(random[i]!.bytes, bytes),
        flows: spread(random[i]!.flows, flows),
      },
    })),
    applications: largestServices(edges).map(({ service, edges: own }) => {
      const covered = coverageCurve(own, order).bytes
      const whole = sumOf(own, 'bytes')
      return {
        service,
        bytes: whole,
        flows: sumOf(own, 'flows'),
        largest: points.map((point) => part(covered[point]!, whole)),
      }
    }),
    first: [...order.subarray(0, hostsNamed)].map((host, i) => ({
      host: names[host]!,
      bytes: part(curve.bytes[i + 1]!, bytes),
    })),
    needed: sharesNeeded.map((share) => ({
      share,
      hosts: curve.bytes.findIndex((seen) => seen >= share * bytes),
    })),
  }
}

/** All numbers of hosts, or where there are many, as many in each power of ten. */
export function pointsOf(hosts: number): readonly number[] {
  if (hosts <= pointsMax) return Array.from({ length: hosts + 1 }, (_, k) => k)
  const steps = Array.from({ length: pointsMax }, (_, i) =>
    Math.round(hosts ** (i / (pointsMax - 1))),
  )
  return [...new Set([0, ...steps])]
}

const sumOf = (edges: readonly Edge[], of: 'bytes' | 'flows') =>
  edges.reduce((sum, edge) => sum + edge[of], 0)

function largestServices(edges: readonly Edge[]) {
  const byService = new Map<string, Edge[]>()
  for (const edge of edges) {
    const own = byService.get(edge.service)
    if (own) own.push(edge)
    else byService.set(edge.service, [edge])
  }
  return [...byService]
    .map(([service, own]) => ({ service, edges: own, bytes: sumOf(own, 'bytes') }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, applicationsShown)
}
