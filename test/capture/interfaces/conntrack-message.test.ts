import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeTranslation } from '../../../src/capture/interfaces/conntrack-message.ts'
import { isIpv4, type Address } from '../../../src/model/address.ts'
import { address } from '../../sim/sample.ts'

const newConnection = 0x100
const nested = 0x8000

interface Ends {
  readonly source: Address
  readonly sourcePort: number
  readonly destination: Address
  readonly destinationPort: number
}

/** As the kernel writes it (linux/netlink.h): length, type, value, padding. */
function attribute(type: number, ...values: readonly Uint8Array[]): Uint8Array {
  const length = 4 + values.reduce((sum, value) => sum + value.length, 0)
  const bytes = new Uint8Array((length + 3) & ~3)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, length, true)
  view.setUint16(2, type, true)
  let at = 4
  for (const value of values) {
    bytes.set(value, at)
    at += value.length
  }
  return bytes
}

const port = (number: number) => Uint8Array.of(number >>> 8, number & 0xff)

function tuple(type: number, protocol: number, ends: Ends): Uint8Array {
  const [source, destination] = isIpv4(ends.source) ? [1, 2] : [3, 4]
  const bytes = (one: Address) => (isIpv4(one) ? one.subarray(12) : one)
  return attribute(
    type | nested,
    attribute(
      1 | nested,
      attribute(source, bytes(ends.source)),
      attribute(destination, bytes(ends.destination)),
    ),
    attribute(
      2 | nested,
      attribute(1, Uint8Array.of(protocol)),
      attribute(2, port(ends.sourcePort)),
      attribute(3, port(ends.destinationPort)),
    ),
  )
}

const message = (protocol: number, asked: Ends, answered: Ends) =>
  Buffer.concat([new Uint8Array(4), tuple(1, protocol, asked), tuple(2, protocol, answered)])

const guest = address('10.99.1.2')
const host = address('10.77.0.1')
const peer = address('10.77.0.2')
const asked = { source: guest, sourcePort: 40_000, destination: peer, destinationPort: 53 }
const answered = { source: peer, sourcePort: 53, destination: host, destinationPort: 1024 }

describe('a connection of the kernel’s table', () => {
  test('whose answers go elsewhere has both its ends, before NAT and after', () => {
    expect(decodeTranslation(newConnection, message(17, asked, answered))).toEqual({
      before: {
        protocol: 17,
        localAddress: guest,
        localPort: 40_000,
        remoteAddress: peer,
        remotePort: 53,
      },
      after: {
        protocol: 17,
        localAddress: host,
        localPort: 1024,
        remoteAddress: peer,
        remotePort: 53,
      },
    })
  })

  test('whose answers come back to whoever asked is no translation, nor is another message', () => {
    const back = { source: peer, sourcePort: 53, destination: guest, destinationPort: 40_000 }
    expect(decodeTranslation(newConnection, message(17, asked, back))).toBeUndefined()
    expect(decodeTranslation(3, message(17, asked, answered))).toBeUndefined()
  })

  test('of IPv6 too', () => {
    const inner = address('fd98::2')
    const outer = address('fd77::1')
    const far = address('fd77::2')
    const found = decodeTranslation(
      newConnection,
      message(
        6,
        { source: inner, sourcePort: 1, destination: far, destinationPort: 443 },
        { source: far, sourcePort: 443, destination: outer, destinationPort: 2 },
      ),
    )
    expect(found).toMatchObject({ before: { localAddress: inner }, after: { localAddress: outer } })
  })

  test('that is cut or damaged anywhere throws nothing', () => {
    const whole = message(17, asked, answered)
    for (let length = 0; length < whole.length; length++)
      expect(
        decodeTranslation(newConnection, whole.subarray(0, length)),
        `${length}`,
      ).toBeUndefined()
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
        (flips) => {
          const bytes = Uint8Array.from(whole)
          for (const [at, byte] of flips) bytes[at] = byte
          expect(() => decodeTranslation(newConnection, bytes)).not.toThrow()
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
