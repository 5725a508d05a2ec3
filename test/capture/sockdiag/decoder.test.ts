import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeSocket, encodeDumpRequest } from '../../../src/capture/sockdiag/diag-message.ts'
import {
  decodeDatagram,
  encodeRequest,
  errnoOf,
  findAttribute,
} from '../../../src/capture/sockdiag/netlink.ts'
import { formatAddress } from '../../../src/model/address.ts'
import { diagMessage } from './diag-bytes.ts'

const message = (payload: Uint8Array) => encodeRequest({ type: 20, flags: 2, sequence: 7, payload })
const datagram = Buffer.concat([
  message(diagMessage({ cookie: 1n })),
  message(diagMessage({ cookie: 2n })),
])

describe('netlink framing', () => {
  test('a datagram gives back its messages', () => {
    const { messages, damage } = decodeDatagram(datagram)
    expect(damage).toBeUndefined()
    expect(messages.map(({ type, flags, sequence }) => [type, flags, sequence])).toEqual([
      [20, 2, 7],
      [20, 2, 7],
    ])
    expect(messages.map(({ payload }) => decodeSocket(payload)?.cookie)).toEqual([1n, 2n])
  })

  test('a datagram cut at any byte gives the whole messages before the cut and says that it is short', () => {
    const one = datagram.length / 2
    for (let cut = 1; cut < datagram.length; cut++) {
      const { messages, damage } = decodeDatagram(datagram.subarray(0, cut))
      expect(messages.length, `cut at ${cut}`).toBe(Math.floor(cut / one))
      expect(damage, `cut at ${cut}`).toBe(cut === one ? undefined : 'short')
    }
  })

  test('a message that claims a length below its header ends the datagram', () => {
    const lying = Uint8Array.from(message(diagMessage({})))
    lying[0] = 15
    lying[1] = 0
    expect(decodeDatagram(lying)).toEqual({ messages: [], damage: 'short' })
  })

  test('random bytes never decode to more than they hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { messages } = decodeDatagram(bytes)
        for (const { payload } of messages) decodeSocket(payload)
        decodeSocket(bytes)
        findAttribute(bytes, 0, 2)
        expect(messages.length * 16).toBeLessThanOrEqual(bytes.length)
      }),
    )
  })

  test('a datagram with any bit flipped decodes to at most as many messages, or is short', () => {
    for (let bit = 0; bit < datagram.length * 8; bit++) {
      const flipped = Uint8Array.from(datagram)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const { messages } = decodeDatagram(flipped)
      for (const { payload } of messages) decodeSocket(payload)
      expect(messages.length, `bit ${bit}`).toBeLessThanOrEqual(datagram.length / 16)
    }
  })

  test('an error message gives its errno, a cut one none', () => {
    const refused = {
      type: 2,
      flags: 0,
      sequence: 1,
      payload: Uint8Array.of(0xfe, 0xff, 0xff, 0xff),
    }
    expect(errnoOf(refused)).toBe(2)
    expect(errnoOf({ ...refused, payload: refused.payload.subarray(1) })).toBeUndefined()
  })
})

describe('a socket', () => {
  test('is read with all 64 bits of its cookie, its ports and its v4-mapped addresses', () => {
    const socket = decodeSocket(
      diagMessage({
        cookie: 0xfedc_ba98_7654_3210n,
        localPort: 65_535,
        remotePort: 1,
        inode: 9,
        uid: 7,
      }),
    )!
    expect(socket).toMatchObject({
      cookie: 0xfedc_ba98_7654_3210n,
      localPort: 65_535,
      remotePort: 1,
      inode: 9,
      uid: 7,
    })
    expect(formatAddress(socket.localAddress)).toBe('10.0.0.1')
    expect(formatAddress(socket.remoteAddress)).toBe('10.0.0.2')
  })

  test('cut before the end of its fixed part is none, after it has no counters', () => {
    const whole = diagMessage({ sent: 5 })
    const fixedBytes = 72
    for (let cut = 0; cut < whole.length; cut++) {
      const socket = decodeSocket(whole.subarray(0, cut))
      expect(socket !== undefined, `cut at ${cut}`).toBe(cut >= fixedBytes)
      expect(socket?.counters, `cut at ${cut}`).toBeUndefined()
    }
  })

  test('of another family is none', () => {
    const unix = diagMessage({})
    unix[0] = 1
    expect(decodeSocket(unix)).toBeUndefined()
  })

  test('sent bytes leave out retransmissions', () => {
    expect(decodeSocket(diagMessage({ sent: 1000, retransmitted: 300 }))?.counters).toMatchObject({
      txBytes: 1000,
    })
  })

  test('of a kernel before 4.19 counts acknowledged bytes, less SYN and FIN', () => {
    const counters = (state: number) =>
      decodeSocket(diagMessage({ state, acked: 1001, infoBytes: 192 }))?.counters
    expect(counters(1)).toMatchObject({ txBytes: 1000, ackedExtra: undefined })
    expect(
      decodeSocket(diagMessage({ state: 7, acked: 1002, infoBytes: 192 }))?.counters,
    ).toMatchObject({ txBytes: 1000 })
  })

  test('of a kernel before 4.2 has no counters', () => {
    expect(decodeSocket(diagMessage({ infoBytes: 120 }))?.counters).toBeUndefined()
  })
})

test('a dump request is the struct of linux/inet_diag.h', () => {
  const request = encodeDumpRequest(10, 0x0a0b_0c0d)
  expect(request).toHaveLength(56)
  expect([...request.subarray(0, 8)]).toEqual([10, 6, 2, 0, 0x0d, 0x0c, 0x0b, 0x0a])
})
