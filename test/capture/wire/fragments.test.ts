import { describe, expect, test } from 'vitest'
import { wireLimits } from '../../../src/model/wire-limits.ts'
import { flowFlag } from '../../../src/model/flow.ts'
import { datagrams, shortFragments } from './fragments.ts'
import { data, udp } from './packet-bytes.ts'
import { readPackets, removeScratchFiles } from './read-capture.ts'

removeScratchFiles()

const packets = (fragments: readonly Uint8Array[]) => fragments.map((bytes) => ({ bytes }))
const wireBytesOf = (fragments: readonly Uint8Array[]) =>
  fragments.reduce((sum, { length }) => sum + length, 0)

describe('fragments', () => {
  test.each(['ipv4', 'ipv6'] as const)('of %s are all of the flow of the first', (family) => {
    const { flows, totals } = readPackets(packets(datagrams[family]))
    expect(flows).toHaveLength(1)
    expect(flows[0]).toMatchObject({
      record: { localPort: 40_000, remotePort: 53, txPackets: 3, txBytes: datagrams.payloadBytes },
      txWireBytes: wireBytesOf(datagrams[family]),
    })
    expect(totals.loneFragments).toBe(0)
  })

  test('of a tunnel are one packet of the flow inside, with all their bytes on the wire', () => {
    const { flows, totals } = readPackets(packets(datagrams.inVxlan))
    const wireBytes = wireBytesOf(datagrams.inVxlan)
    const carriers = flows.filter(({ record }) => record.flags & flowFlag.carrier)
    const inner = flows.filter((flow) => !carriers.includes(flow))
    expect(inner).toMatchObject([
      { record: { txPackets: 1, txBytes: datagrams.payloadBytes }, txWireBytes: wireBytes },
    ])
    expect(carriers).toMatchObject([{ record: { txPackets: 3 }, txWireBytes: wireBytes }])
    expect(totals.classes.clear).toEqual({ packets: 3, wireBytes })
    expect(totals.defects.total).toBe(0)
  })

  test('without the first are counted, and belong to a flow without ports', () => {
    const { flows, totals } = readPackets(packets(datagrams.ipv4.slice(1)))
    expect(totals).toMatchObject({ packets: 2, loneFragments: 2 })
    expect(flows).toMatchObject([{ record: { localPort: 0, remotePort: 0, txPackets: 2 } }])
  })

  test('find the first of as many packets as the limit, and not of one more', () => {
    const datagram = (id: number) => shortFragments(udp([1, 2], data(8)), id)
    const many = Array.from({ length: wireLimits.wireFragmentsMax + 1 }, (_, id) => datagram(id))
    const firstAndLast = (from: number) => [
      ...many.slice(from).map(([first]) => first!),
      ...many.slice(from).map(([, last]) => last!),
    ]
    expect(readPackets(packets(firstAndLast(1))).totals.loneFragments).toBe(0)
    expect(readPackets(packets(firstAndLast(0))).totals.loneFragments).toBe(1)
  })
})
