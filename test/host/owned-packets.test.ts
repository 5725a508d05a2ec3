import { describe, expect, test } from 'vitest'
import { OwnedPackets, type OwnedPacketsOptions } from '../../src/host/owned-packets.ts'
import { flowFlag, type FlowRecord } from '../../src/model/flow.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import { parseFilter } from '../../src/query/filter/parse-filter.ts'
import * as make from '../capture/wire/packet-bytes.ts'
import { recordOf } from '../sim/record.ts'
import { address, curl } from '../sim/sample.ts'

const own = '10.0.0.1'
const peer = '10.0.0.2'
const netns = 7

function packetOf(port: number, time: number, flags?: number) {
  const segment = make.tcp([port, 443], make.data(100), flags)
  const bytes = make.ethernet(
    make.etherType.ipv4,
    make.ipv4([own, peer], make.protocol.tcp, segment),
  )
  const length = bytes.length
  return { bytes, at: 0, end: length, wireBytes: length, time: hostTime(time), linkType: 1 }
}

const socket = (port: number, process: string, more: Partial<FlowRecord> = {}) =>
  recordOf({
    id: port,
    localAddress: address(own),
    localPort: port,
    remoteAddress: address(peer),
    netns,
    owner: { ...curl, process },
    ...more,
  })

function choosing(where: string, more: Partial<OwnedPacketsOptions> = {}) {
  const parsed = parseFilter(where)
  if (!parsed.ok) throw new Error(where)
  const found: string[] = []
  const chosen = new OwnedPackets({
    matches: flowPredicate(parsed.filter),
    sink: ({ time }, index, owner) => found.push(`${time} on ${index}: ${owner}`),
    isLocal: (one) => Buffer.from(one).equals(address(own)),
    netns,
    ...more,
  })
  return { chosen, found }
}

const curls = 'process curl, pid 4711, user alice, uid 1000'

describe('packets by the owner of their flow', () => {
  test('wait until the recorder has told of their socket, and not for what it told before they came', () => {
    const { chosen, found } = choosing('process curl')
    chosen.add(packetOf(1000, 5), 0)
    chosen.add(packetOf(2000, 6), 1)
    chosen.takeTick([], hostTime(4))
    expect(found).toEqual([])
    chosen.takeTick([socket(1000, 'curl'), socket(2000, 'wget')], hostTime(7))
    expect(found).toEqual([`5 on 0: ${curls}`])
    chosen.add(packetOf(1000, 8), 0)
    expect(found).toHaveLength(2)
    expect(chosen.counts).toEqual({ seen: 3, chosen: 2, undecided: 0 })
  })

  test('are kept as they were, though their buffer is used again', () => {
    const kept: string[] = []
    const { chosen } = choosing('process curl', {
      sink: ({ bytes, at, end }) => kept.push(Buffer.from(bytes.subarray(at, end)).toString('hex')),
    })
    const packet = packetOf(1000, 5)
    const buffer = Buffer.concat([Buffer.alloc(9), packet.bytes])
    chosen.add({ ...packet, bytes: buffer, at: 9, end: buffer.length }, 0)
    buffer.fill(0)
    chosen.takeTick([socket(1000, 'curl')], hostTime(6))
    expect(kept).toEqual([Buffer.from(packet.bytes).toString('hex')])
  })

  test('a SYN waits again: its flow may be another one between the same ends', () => {
    const { chosen, found } = choosing('process curl')
    chosen.takeTick([socket(1000, 'curl')], hostTime(1))
    chosen.add(packetOf(1000, 2, make.flags.syn), 0)
    expect(found).toEqual([])
    const later = socket(1000, 'wget', { id: 2, start: hostTime(1_800_000_000_000) })
    chosen.takeTick([socket(1000, 'curl'), later], hostTime(3))
    expect(found).toEqual([])
  })

  test('without a socket a flow is what its packets tell, our own end its local one', () => {
    for (const [where, count] of [
      ['port 443 and local 10.0.0.1', 1],
      ['remote 10.0.0.1', 0],
      ['process curl', 0],
    ] as const) {
      const { chosen, found } = choosing(where)
      chosen.add(packetOf(1000, 5), 0)
      chosen.end()
      expect(found).toEqual(Array(count).fill('5 on 0: process not known'))
    }
  })

  test('a tunnel is said to be one', () => {
    const { chosen, found } = choosing('process openvpn')
    chosen.takeTick([socket(1000, 'openvpn', { flags: flowFlag.carrier })], hostTime(1))
    chosen.add(packetOf(1000, 2), 0)
    expect(found).toEqual([
      '2 on 0: process openvpn, pid 4711, user alice, uid 1000, carries a tunnel',
    ])
  })

  test('as many bytes wait as there is room for, and what came then is counted', () => {
    const length = packetOf(1000, 1).bytes.length
    const { chosen, found } = choosing('process curl', { heldBytesMax: 2 * length })
    for (const time of [1, 2, 3]) chosen.add(packetOf(1000, time), 0)
    expect(chosen.counts.undecided).toBe(1)
    chosen.takeTick([socket(1000, 'curl')], hostTime(9))
    expect(found).toHaveLength(2)
  })
})
