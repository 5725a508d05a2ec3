import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WireFlow } from '../../../src/capture/wire/wire-flow.ts'
import { WireLedger } from '../../../src/capture/wire/wire-ledger.ts'
import { viewHost } from '../../../src/host/opacity/host-view.ts'
import { FlowOwners } from '../../../src/host/opacity/flow-owners.ts'
import { grownBy, viewInterface } from '../../../src/host/opacity/interface-view.ts'
import { SocketView } from '../../../src/host/opacity/socket-view.ts'
import { flowFlag, type FlowRecord } from '../../../src/model/flow.ts'
import { kernelOwner } from '../../../src/model/owner.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import * as make from '../../capture/wire/packet-bytes.ts'
import { recordOf } from '../../sim/record.ts'
import { address, curl } from '../../sim/sample.ts'

const netns = 7
const own = '10.0.0.1'
const peer = '10.0.0.2'

/** One datagram each, on Ethernet; `port` is ours. */
function captured(datagrams: readonly { readonly port: number; readonly bytes: number }[]) {
  const ledger = new WireLedger()
  for (const { port, bytes } of datagrams) {
    const datagram = make.udp([port, 53], make.data(bytes))
    const frame = make.ethernet(
      make.etherType.ipv4,
      make.ipv4([own, peer], make.protocol.udp, datagram),
    )
    const packet = { bytes: frame, at: 0, end: frame.length, wireBytes: frame.length }
    ledger.add({ ...packet, time: hostTime(1), linkType: 1 })
  }
  return ledger
}
const headers = 14 + 20 + 8

function viewOf(ledger: WireLedger, sockets: SocketView, counted: number) {
  const watched = { name: 'eth0', kind: 'outer' as const, loss: { dropped: 0, unmeasured: 0 } }
  const { packets } = ledger.totals()
  return viewInterface(
    {
      ...watched,
      totals: ledger.totals(),
      flows: ledger.flows() as Iterable<WireFlow>,
      counted: { packets, wireBytes: counted },
    },
    new FlowOwners(sockets),
  )
}

let ids = 0
const socket = (port: number, txBytes: number, more: Partial<FlowRecord> = {}) =>
  recordOf({
    id: ++ids,
    protocol: 17,
    localAddress: address(own),
    localPort: port,
    remoteAddress: address(peer),
    remotePort: 53,
    txBytes,
    rxBytes: 0,
    netns,
    ...more,
  })

describe('what packets and sockets know of the same flows', () => {
  test('every byte that an interface counted is in one part of its account', () => {
    const owner = fc.constantFrom('process', 'carrier', 'kernel', 'none')
    const flow = fc.record({
      bytes: fc.integer({ min: 0, max: 1400 }),
      known: fc.integer({ min: 0, max: 1400 }),
      owner,
    })
    fc.assert(
      fc.property(fc.array(flow, { maxLength: 8 }), fc.nat(20_000), (flows, counted) => {
        const ledger = captured(flows.map(({ bytes }, i) => ({ port: i + 1000, bytes })))
        const sockets = flows.flatMap(({ known, owner: kind }, i) => {
          if (kind === 'none') return []
          const flags = kind === 'carrier' ? flowFlag.carrier : 0
          return [socket(i + 1000, known, { flags, owner: kind === 'kernel' ? kernelOwner : curl })]
        })
        const { account, classes, owners } = viewOf(
          ledger,
          new SocketView([], sockets, netns),
          counted,
        )
        const sum = Object.values(account).reduce((total, bytes) => total + bytes, 0)
        expect(sum).toBe(counted)
        const wireOf = (...kinds: string[]) =>
          flows
            .filter((one) => kinds.includes(one.owner))
            .reduce((total, { bytes }) => total + bytes + headers, 0)
        expect(account.carriers).toBe(wireOf('carrier'))
        expect(account.unowned).toBe(wireOf('kernel', 'none'))
        const ownedBytes = Object.values(classes).reduce(
          (total, { owned }) => total + owned.wireBytes,
          0,
        )
        expect(ownedBytes).toBe(wireOf('process', 'carrier'))
        expect(owners.reduce((total, { wireBytes }) => total + wireBytes, 0)).toBe(ownedBytes)
      }),
      { numRuns: 60 },
    )
  })

  test('a socket that did much before the look counts with what it did during it', () => {
    const before = socket(1000, 5_000_000)
    const after = { ...before, txBytes: 5_000_100 }
    const ledger = captured([{ port: 1000, bytes: 100 }])
    const view = viewOf(ledger, new SocketView([before], [after], netns), 100 + headers)
    expect(view.account).toEqual({
      payload: 100,
      again: 0,
      headers,
      carriers: 0,
      guests: 0,
      unowned: 0,
      noFlow: 0,
      difference: 0,
    })
  })

  test('of two sockets of one flow the one of our own namespace stands for it', () => {
    const far = { localAddress: address(peer), localPort: 53, remoteAddress: address(own) }
    const sockets = [
      socket(1000, 100, {
        ...far,
        remotePort: 1000,
        netns: 8,
        owner: { ...curl, process: 'named' },
      }),
      socket(1000, 100),
    ]
    const { owners } = viewOf(
      captured([{ port: 1000, bytes: 100 }]),
      new SocketView([], sockets, netns),
      0,
    )
    expect(owners).toMatchObject([{ process: 'curl', flows: 1, payload: 100 }])
  })

  test('the host counts a flow within it once, and a tunnel apart from what it carries', () => {
    const sockets = new SocketView(
      [],
      [
        socket(1, 100),
        socket(2, 40, { owner: kernelOwner }),
        socket(3, 1000, { flags: flowFlag.carrier }),
        socket(4, 70, { flags: flowFlag.loopback }),
        socket(5, 70, { flags: flowFlag.loopback }),
        socket(6, 9, { netns: 8 }),
      ],
      netns,
    )
    expect(viewHost([], sockets, netns).sockets).toMatchObject({
      owned: { flows: 1, payload: 100 },
      unowned: { payload: 40 },
      carriers: { payload: 1000 },
      loopback: { flows: 1, payload: 70 },
    })
    expect(viewHost([], sockets, undefined).sockets.owned.payload).toBe(109)
  })

  test('loopback counts one way of its counters, because each packet goes both', () => {
    const none = { rxBytes: 0, rxPackets: 0, rxDropped: 0, txBytes: 0, txPackets: 0, txDropped: 0 }
    const grown = { ...none, rxBytes: 10, rxPackets: 1, txBytes: 12, txPackets: 2 }
    expect(grownBy(none, grown, 'loopback')).toEqual({ packets: 1, wireBytes: 10 })
    expect(grownBy(none, grown, 'outer')).toEqual({ packets: 3, wireBytes: 22 })
  })
})
