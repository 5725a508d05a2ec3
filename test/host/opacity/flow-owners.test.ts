import { describe, expect, test } from 'vitest'
import type { Guest } from '../../../src/capture/interfaces/guests.ts'
import { FlowOwners } from '../../../src/host/opacity/flow-owners.ts'
import { SocketView } from '../../../src/host/opacity/socket-view.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { recordOf } from '../../sim/record.ts'
import { address, curl } from '../../sim/sample.ts'

const machine: Guest = { kind: 'machine', owner: { ...curl, pid: 1, process: 'qemu' } }
const other: Guest = { kind: 'machine', owner: { ...curl, pid: 2, process: 'qemu' } }
const host = '192.0.2.1'

const flow = (local: string, localPort: number, more: Partial<FlowRecord> = {}) =>
  recordOf({
    protocol: 17,
    localAddress: address(local),
    localPort,
    remoteAddress: address('198.51.100.9'),
    remotePort: 53,
    ...more,
  })

const published = flow(host, 8080)
const ping = (from: string) => flow(from, 0, { protocol: 1, remotePort: 0 })

function ownersOf(sockets: readonly FlowRecord[]) {
  return new FlowOwners(new SocketView([], sockets, 0), {
    guests: new Map([
      ['tap1', machine],
      ['tap2', other],
    ]),
    translations: [
      // A port of the host that leads to the machine.
      { before: published, after: flow('10.0.1.2', 80) },
      { before: ping('10.0.1.2'), after: ping(host) },
      { before: ping('10.0.9.2'), after: ping(host) },
      { before: flow('10.0.1.2', 40_000), after: flow(host, 1024) },
      { before: flow('10.0.9.2', 40_000), after: flow(host, 1025) },
    ],
    isLocal: (one) => Buffer.from(one).equals(address(host)),
  })
}

describe('whose a flow of packets is', () => {
  test('of its socket, on whatever interface it is seen, and past NAT', () => {
    const own = flow(host, 50_000, { owner: curl })
    const inContainer = flow('10.0.9.2', 40_000, { owner: { ...curl, process: 'wget' } })
    const owners = ownersOf([own, inContainer])
    expect(owners.ownerOf('eth0', own)).toEqual({ owner: curl, socket: own })
    expect(owners.ownerOf('tap1', own)?.socket).toBe(own)
    expect(owners.ownerOf('eth0', flow(host, 1025))?.owner.process).toBe('wget')
  })

  test('without one of the guest behind its interface, and again where the same flow is forwarded', () => {
    const owners = ownersOf([])
    const sent = flow('10.0.1.2', 40_000)
    expect(owners.ownerOf('eth0', sent)).toBeUndefined()
    owners.learn({ name: 'tap1', flows: [{ record: sent }] })
    for (const name of ['tap1', 'br0', 'eth0'])
      expect(owners.ownerOf(name, sent)).toEqual({ owner: machine.owner, socket: undefined })
    expect(owners.ownerOf('tap2', sent)?.owner).toBe(other.owner)
    // The same under the host's own address.
    expect(owners.ownerOf('eth0', flow(host, 1024))?.owner).toBe(machine.owner)
    expect(owners.ownerOf('eth0', flow(host, 1026))).toBeUndefined()
  })

  test('what only the host says to a guest is not the guest’s, what it answers is', () => {
    const owners = ownersOf([])
    const asked = flow(host, 0, { protocol: 58, rxPackets: 0 })
    expect(owners.ownerOf('tap1', asked)).toBeUndefined()
    expect(owners.ownerOf('tap1', { ...asked, rxPackets: 1 })?.owner).toBe(machine.owner)
  })

  test('of the guest behind a port that the host gives it', () => {
    const owners = ownersOf([])
    expect(owners.ownerOf('eth0', published)).toBeUndefined()
    owners.learn({ name: 'tap1', flows: [{ record: flow('10.0.1.2', 80) }] })
    expect(owners.ownerOf('eth0', published)?.owner).toBe(machine.owner)
  })

  test('of nobody where two guests without ports are one flow past NAT', () => {
    const owners = ownersOf([])
    owners.learn({ name: 'tap1', flows: [{ record: ping('10.0.1.2') }] })
    owners.learn({ name: 'tap2', flows: [{ record: ping('10.0.9.2') }] })
    expect(owners.ownerOf('tap1', ping('10.0.1.2'))?.owner).toBe(machine.owner)
    expect(owners.ownerOf('eth0', ping(host))).toBeUndefined()
  })
})
