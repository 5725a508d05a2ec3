import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { studyCoverage, pointsOf } from '../../src/analysis/coverage/coverage-study.ts'
import { LoggedSite } from '../../src/analysis/coverage/logged-site.ts'
import { TrafficGraph } from '../../src/analysis/coverage/traffic-graph.ts'
import { flowFlag } from '../../src/model/flow.ts'
import { recordOf } from '../sim/record.ts'
import { address } from '../sim/sample.ts'

/** Sum of 1/j^skew for the first of them. */
const harmonic = (count: number, skew: number) =>
  Array.from({ length: count }, (_, i) => 1 / (i + 1) ** skew).reduce((sum, one) => sum + one, 0)

/** Every client talks to every server; the j-th server has a weight of 1/j^skew, and each client the same. */
function enterprise(servers: number, clients: number, skew: number): TrafficGraph {
  const graph = new TrafficGraph()
  for (let client = 0; client < clients; client++)
    for (let server = 1; server <= servers; server++)
      graph.add({
        ends: [`client ${client}`, `server ${server}`],
        service: `tcp/${server % 3}`,
        bytes: 1e9 / server ** skew,
        flows: 1,
      })
  return graph
}

describe('how much of a synthetic enterprise is seen', () => {
  test('with its largest hosts: the closed form of its skew', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0.2, max: 2, noNaN: true }),
        (servers, skew) => {
          // So many clients that the last server has more than any of them.
          const clients = Math.ceil(servers ** skew * harmonic(servers, skew)) + 1
          const study = studyCoverage(enterprise(servers, clients, skew))
          expect(study.hosts).toBe(servers + clients)
          for (const { hosts, largest } of study.points) {
            const seen = Math.min(hosts, servers)
            expect(largest.bytes).toBeCloseTo(harmonic(seen, skew) / harmonic(servers, skew), 9)
            expect(largest.flows).toBeCloseTo(seen / servers, 9)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  test('with hosts chosen by chance: that of two ends, inside the interval', () => {
    const study = studyCoverage(enterprise(10, 90, 1))
    for (const { hosts: k, random } of study.points) {
      const unseen = ((100 - k) * (99 - k)) / (100 * 99)
      expect(random.flows.low).toBeLessThanOrEqual(random.flows.mean + 1e-9)
      expect(random.flows.mean).toBeLessThanOrEqual(random.flows.high + 1e-9)
      expect(Math.abs(random.flows.mean - (1 - unseen))).toBeLessThan(0.04)
      expect(Math.abs(random.bytes.mean - (1 - unseen))).toBeLessThan(0.08)
    }
  })

  test('says how many hosts are needed, and the same of each application', () => {
    const study = studyCoverage(enterprise(9, 500, 1))
    const half = Array.from({ length: 9 }, (_, i) => i + 1).find(
      (k) => harmonic(k, 1) >= harmonic(9, 1) / 2,
    )
    expect(study.needed[0]).toEqual({ share: 0.5, hosts: half })
    expect(study.applications.map(({ service }) => service)).toEqual(['tcp/1', 'tcp/2', 'tcp/0'])
    // Servers 1, 4 and 7.
    const whole = 1 + 1 / 4 + 1 / 7
    const at = (hosts: number) => study.points.findIndex((point) => point.hosts === hosts)
    const [first] = study.applications
    expect(first!.largest[at(1)]).toBeCloseTo(1 / whole, 9)
    expect(first!.largest[at(4)]).toBeCloseTo((1 + 1 / 4) / whole, 9)
    expect(first!.largest.at(-1)).toBeCloseTo(1, 9)
  })

  test('is never more than all, never less with one host more, and the same each time', () => {
    const graph = enterprise(20, 300, 1.3)
    const study = studyCoverage(graph)
    expect(studyCoverage(graph)).toEqual(study)
    const seen = study.points.map(({ largest }) => largest.bytes)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(study.points.at(-1)!.largest.bytes).toBeCloseTo(1, 9)
  })

  test('counts what did not fit as not seen', () => {
    const graph = new TrafficGraph(1)
    graph.add({ ends: ['a', 'b'], service: 'x', bytes: 3, flows: 1 })
    graph.add({ ends: ['a', 'c'], service: 'x', bytes: 1, flows: 1 })
    graph.add({ ends: [undefined, undefined], service: 'x', bytes: 7, flows: 1 })
    expect(studyCoverage(graph).points.at(-1)!.largest).toEqual({ bytes: 0.75, flows: 0.5 })
  })

  test('is looked at for every number of hosts, or for some of each power of ten', () => {
    expect(pointsOf(200)).toHaveLength(201)
    const many = pointsOf(10_000)
    expect(many.length).toBeLessThanOrEqual(201)
    expect([many[0], many[1], many.at(-1)]).toEqual([0, 1, 10_000])
    expect(many).toEqual([...new Set(many)].toSorted((a, b) => a - b))
  })
})

describe('a site of which each host has a log', () => {
  const of = (local: string, remote: string, bytes: number, more = {}) =>
    recordOf({
      localAddress: address(local),
      remoteAddress: address(remote),
      txBytes: bytes,
      rxBytes: 0,
      ...more,
    })

  test('counts what two logs tell of one conversation once, and the world as no host', () => {
    const site = new LoggedSite()
    for (const host of ['web', 'db', 'idle']) site.addHost(host)
    site.add('web', of('10.0.0.1', '10.0.0.2', 100), true)
    site.add('web', of('10.0.0.1', '10.0.0.22', 20), true)
    // The same, by another two addresses of the same host, seen by it in the other direction.
    const inbound = { direction: 'inbound', localPort: 443, remotePort: 40_000 }
    site.add('db', of('10.0.0.2', '10.0.0.1', 90, inbound), true)
    site.add('db', of('10.0.0.22', '10.0.0.1', 20, inbound), true)
    site.add('web', of('10.0.0.1', '198.51.100.1', 50), true)
    site.add('web', of('10.0.0.1', '198.51.100.1', 5), false)
    site.add('web', of('127.0.0.1', '127.0.0.1', 999, { flags: flowFlag.loopback }), true)
    site.add('web', of('10.0.0.1', '203.0.113.1', 999, { flags: flowFlag.carrier }), true)
    const study = studyCoverage(site.graph())
    expect(study).toMatchObject({ hosts: 3, bytes: 175, flows: 3 })
    expect(study.points.map(({ largest }) => largest.bytes)).toEqual([0, 1, 1, 1])
  })
})
