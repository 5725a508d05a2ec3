import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linkType } from '../../../src/capture/wire/live/link-type.ts'
import { wireLength } from '../../../src/capture/wire/live/wire-length.ts'
import { wireLimits } from '../../../src/model/wire-limits.ts'
import { encapsulations } from './encapsulations.ts'
import * as make from './packet-bytes.ts'

const known: readonly number[] = Object.values(linkType)
const live = encapsulations.filter((one) => known.includes(one.linkType))
/** Past the tags of QinQ and an IPv6 header. */
const neededBytes = 14 + 8 + 40

describe('the length on the wire of a packet that is captured in part', () => {
  test.each(live)('is in its outermost IP header: $name', ({ linkType: kind, packets }) => {
    const longer = packets.filter(({ bytes }) => bytes.length > neededBytes)
    expect(longer.length).toBeGreaterThan(0)
    for (const { bytes } of longer)
      for (let captured = neededBytes; captured <= bytes.length; captured++)
        expect(wireLength(Buffer.from(bytes.subarray(0, captured)), kind)).toBe(bytes.length)
  })

  test('of whatever bytes is a number or not known', () => {
    const bytes = fc.uint8Array({ minLength: wireLimits.liveSnapBytes, maxLength: 256 })
    // So that tags and IP come up often.
    const type = fc.constantFrom([0x81, 0], [0x88, 0xa8], [8, 0], [0x86, 0xdd], [0, 0])
    fc.assert(
      fc.property(bytes, fc.array(type), fc.constantFrom(...known), (packet, types, kind) => {
        for (const [i, pair] of types.slice(0, 20).entries()) packet.set(pair, 12 + 4 * i)
        const length = wireLength(Buffer.from(packet), kind)
        expect(length === undefined || length > 0).toBe(true)
      }),
    )
  })

  test('is not known of what is not IP, has no length in its header, or ends before it', () => {
    const arp = make.ethernet(0x0806, new Uint8Array(100))
    expect(wireLength(Buffer.from(arp), linkType.ethernet)).toBeUndefined()
    const packet = make.ipv4(['10.0.0.1', '10.0.0.2'], 17, make.udp([1, 2], make.data(100)))
    packet.fill(0, 2, 4)
    expect(wireLength(Buffer.from(packet), linkType.raw)).toBeUndefined()
    expect(wireLength(Buffer.from(packet.subarray(0, 20)), linkType.raw)).toBeUndefined()
  })
})
