import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { wireLimits } from '../../../src/model/wire-limits.ts'
import { WireLedger } from '../../../src/capture/wire/wire-ledger.ts'
import type { WireTotals } from '../../../src/capture/wire/wire-totals.ts'
import { trafficClasses } from '../../../src/model/wire-traffic.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import {
  block,
  enhancedPacket,
  interfaceBlock,
  joined,
  pcap,
  sectionHeader,
} from './capture-bytes.ts'
import { encapsulations } from './encapsulations.ts'
import { datagrams } from './fragments.ts'
import * as make from './packet-bytes.ts'
import { readBytes, readPackets, removeScratchFiles } from './read-capture.ts'

removeScratchFiles()

const { data, etherType, protocol } = make
const ends = ['10.1.0.1', '10.1.0.2'] as const
const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31))

/** mulberry32: the same numbers for the same seed everywhere. */
function randomFrom(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const samples = [
  ...encapsulations.flatMap(({ linkType, packets }) =>
    packets.map(({ bytes }) => ({ linkType, bytes })),
  ),
  ...[...datagrams.ipv4, ...datagrams.ipv6, ...datagrams.inVxlan].map((bytes) => ({
    linkType: 1,
    bytes,
  })),
]

/** What must hold whatever the bytes: each packet and each byte once. */
function expectClosed(totals: WireTotals, packets: number, wireBytes: number): void {
  const all = trafficClasses.map((name) => totals.classes[name])
  expect(totals).toMatchObject({ packets, wireBytes })
  expect(all.reduce((sum, one) => sum + one.packets, 0)).toBe(packets)
  expect(all.reduce((sum, one) => sum + one.wireBytes, 0)).toBe(wireBytes)
}

/**
 * A packet amid bytes that are not its own: a read past its end would find the same as at other places, which the
 * second ledger's other surroundings show.
 */
function walked(packets: readonly { linkType: number; bytes: Uint8Array }[], around: number) {
  const ledger = new WireLedger()
  for (const { linkType, bytes } of packets) {
    const buffer = new Uint8Array(bytes.length + 200).fill(around)
    buffer.set(bytes, 100)
    const place = { bytes: buffer, at: 100, end: 100 + bytes.length }
    ledger.add({ ...place, wireBytes: bytes.length, time: hostTime(0), linkType })
  }
  return { totals: ledger.totals(), flows: [...ledger.flows()] }
}

describe(`packets that are damaged (FUZZ_SEED=${seed})`, () => {
  test('cut at every byte are each counted once, whatever stands behind them', () => {
    const cuts = samples.flatMap(({ linkType, bytes }) =>
      Array.from({ length: Math.min(bytes.length, 160) }, (_, cut) => ({
        linkType,
        bytes: bytes.subarray(0, cut),
      })),
    )
    const zeros = walked(cuts, 0)
    const ones = walked(cuts, 0xff)
    expectClosed(
      zeros.totals,
      cuts.length,
      cuts.reduce((sum, { bytes }) => sum + bytes.length, 0),
    )
    expect(ones.flows).toEqual(zeros.flows)
  })

  test('with bits flipped are each counted once, whatever stands behind them', () => {
    const random = randomFrom(seed)
    const flips = Array.from({ length: 20_000 }, () => {
      const { linkType, bytes } = samples[random(samples.length)]!
      const flipped = bytes.slice(0, 1 + random(bytes.length))
      for (let i = 0; i <= random(4); i++) flipped[random(flipped.length)]! ^= 1 << random(8)
      return { linkType, bytes: flipped }
    })
    const zeros = walked(flips, 0)
    const ones = walked(flips, 0xff)
    expectClosed(
      zeros.totals,
      flips.length,
      flips.reduce((sum, { bytes }) => sum + bytes.length, 0),
    )
    expect(ones.flows).toEqual(zeros.flows)
  })

  test('in files with flipped bits and cut ends never end in an error', () => {
    const random = randomFrom(seed + 1)
    const written = samples.slice(0, 30).map(({ bytes }) => ({ bytes }))
    const files = [
      pcap(written),
      pcap(written, { littleEndian: false, nano: true }),
      joined(
        sectionHeader(),
        interfaceBlock({ linkType: 1, resolution: 9, offsetSeconds: 5 }),
        ...written.map((one) => enhancedPacket(one)),
        block(0x99, data(20)),
      ),
    ]
    for (let round = 0; round < 300; round++) {
      const file = files[round % files.length]!
      // The first four bytes say what it is at all.
      const damaged = file.slice(0, 8 + random(file.length - 8))
      for (let i = 0; i <= random(6); i++)
        damaged[4 + random(damaged.length - 4)]! ^= 1 << random(8)
      const { totals } = readBytes(damaged)
      expectClosed(totals, totals.packets, totals.wireBytes)
      expect(totals.packets).toBeLessThanOrEqual(written.length)
    }
  })
})

describe('packets made to hurt', () => {
  const ipip = (depth: number): Uint8Array =>
    depth === 0
      ? make.ipv4(ends, protocol.udp, make.udp([1, 2], data(8)))
      : make.ipv4(ends, protocol.ipip, ipip(depth - 1))

  test('are walked through as many IP headers as the limit, and no further', () => {
    const most = wireLimits.wireIpLayersMax
    const nested = (count: number) =>
      readPackets([{ bytes: make.ethernet(etherType.ipv4, ipip(count - 1)) }])
    expect(nested(most).totals.tooDeep).toBe(0)
    expect(nested(most + 1).totals).toMatchObject({ packets: 1, tooDeep: 1 })
  })

  test('are walked through as many headers as the limit, and no further', () => {
    const tagged = (count: number) => {
      let bytes = make.ipv4(ends, protocol.icmp, make.icmpEcho(data(8)))
      let type = etherType.ipv4
      for (let i = 0; i < count; i++) {
        bytes = make.tag(1, type, bytes)
        type = etherType.vlan
      }
      return readPackets([{ bytes: make.ethernet(type, bytes) }])
    }
    // Besides the tags: Ethernet and IPv4.
    expect(tagged(wireLimits.wireHeadersMax - 2).totals.tooDeep).toBe(0)
    expect(tagged(wireLimits.wireHeadersMax - 1).totals.tooDeep).toBe(1)
  })

  test('cannot claim more payload than they have', () => {
    const bytes = make.ethernet(
      etherType.ipv4,
      make.ipv4(ends, protocol.udp, make.udp([1, 2], data(20))),
    )
    bytes.set([0xff, 0xff], 14 + 2)
    const { flows, totals } = readPackets([{ bytes }])
    expect(flows).toMatchObject([{ record: { txBytes: 20 } }])
    expect(totals.defects.list()).toEqual({ 'ip-length': 1 })
  })

  test('of more flows than fit push out the oldest, whose packets stay in the sums', () => {
    const datagram = (port: number) => ({
      bytes: make.ethernet(
        etherType.ipv4,
        make.ipv4(ends, protocol.udp, make.udp([port, 53], data(10))),
      ),
      time: 1_700_000_000 + port,
    })
    const flowsMax = 64
    const some = (count: number) =>
      readPackets(
        Array.from({ length: count }, (_, port) => datagram(port + 1)),
        {},
        flowsMax,
      )
    expect(some(flowsMax).totals).toMatchObject({ flows: flowsMax, evicted: { flows: 0 } })
    const { totals, flows } = some(flowsMax + 1)
    expect(totals).toMatchObject({ flows: 61, evicted: { flows: 4, packets: 4 } })
    expect(Math.min(...flows.map(({ record }) => record.localPort))).toBe(5)
    expectClosed(totals, flowsMax + 1, (flowsMax + 1) * datagram(1).bytes.length)
  })

  test('of more kinds without IP than the limit are counted together', () => {
    const kinds = wireLimits.wireEthertypesMax + 1
    const packets = Array.from({ length: kinds }, (_, i) => ({
      bytes: make.ethernet(0x9000 + i, data(46)),
    }))
    const { ethertypes } = readPackets(packets).totals
    expect(Object.keys(ethertypes)).toHaveLength(kinds)
    expect(ethertypes['other']).toBe(1)
  })
})
