import { describe, expect, test } from 'vitest'
import { flowFlag } from '../../../src/model/flow.ts'
import { protocolName } from '../../../src/model/protocol-name.ts'
import type { WireFlow } from '../../../src/capture/wire/wire-flow.ts'
import { encapsulations, talk, type Encapsulation } from './encapsulations.ts'
import { readPackets, removeScratchFiles } from './read-capture.ts'

removeScratchFiles()

const read = ({ packets, linkType }: Encapsulation) => readPackets(packets, { linkType })
const isCarrier = ({ record }: WireFlow) => (record.flags & flowFlag.carrier) !== 0
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

describe.each(encapsulations)('a conversation in $name', (encapsulation) => {
  const { flows, totals, report } = read(encapsulation)
  const inner = flows.filter((flow) => !isCarrier(flow))

  test('gives its two flows with their packets and payload to the byte', () => {
    const found = inner.map(({ record }) => ({
      protocol: protocolName(record.protocol),
      ports: [record.localPort, record.remotePort],
      packets: [record.txPackets, record.rxPackets],
      payload: [record.txBytes, record.rxBytes],
    }))
    expect(found).toEqual([
      { protocol: 'tcp', ports: talk.ports.tcp, ...talk.tcp },
      { protocol: 'udp', ports: talk.ports.udp, ...talk.udp },
    ])
  })

  test('has each tunnel as a carrier of all packets, and the inner flows in the innermost one', () => {
    const { carriers, packets, innermost, tunnelId } = encapsulation
    const wireBytes = sum(packets.map(({ bytes }) => bytes.length))
    const found = flows.filter(isCarrier).map(({ record, tunnel, txWireBytes, rxWireBytes }) => ({
      what: `${protocolName(record.protocol)} in ${tunnel}`,
      packets: record.txPackets + record.rxPackets,
      wireBytes: txWireBytes + rxWireBytes,
    }))
    expect(found).toEqual(carriers.map((what) => ({ what, packets: packets.length, wireBytes })))
    for (const flow of inner)
      expect({ tunnel: flow.tunnel, tunnelId: flow.tunnelId }).toEqual({
        tunnel: innermost,
        tunnelId,
      })
  })

  test('counts each packet once', () => {
    const { packets } = encapsulation
    const wireBytes = sum(packets.map(({ bytes }) => bytes.length))
    expect(totals).toMatchObject({ packets: packets.length, wireBytes, cut: 0, tooDeep: 0 })
    expect(totals.classes.clear).toEqual({ packets: packets.length, wireBytes })
    expect(sum(inner.map((flow) => flow.txWireBytes + flow.rxWireBytes))).toBe(wireBytes)
    expect({ ...report.defects.list(), ...totals.defects.list() }).toEqual({})
  })

  test('knows from the SYN who opened', () => {
    const [tcp, udp] = inner
    expect([tcp?.record.direction, udp?.record.direction]).toEqual(['outbound', 'unknown'])
    expect(tcp?.record.endReason).toBe('end detected')
  })
})
