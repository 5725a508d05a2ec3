import fc from 'fast-check'
import { isIPv6 } from 'node:net'
import { describe, expect, test } from 'vitest'
import { formatAddress, isIpv4, isLoopback, parseAddress } from '../../src/model/address.ts'
import { cleanBytes, cleanText } from '../../src/model/clean-text.ts'
import { communityId } from '../../src/model/community-id.ts'
import { namedFields, vocabulary } from '../../src/model/vocabulary.ts'
import { recordOf } from '../sim/record.ts'
import { address, curl } from '../sim/sample.ts'

describe('text from outside', () => {
  test.each([
    ['plain', 'nginx: worker', 'nginx: worker'],
    ['escape sequence', '\u001b[31mred', '\ufffd[31mred'],
    ['C1', 'a\u009bb', 'a\ufffdb'],
    ['newline and NUL', 'a\nb\u0000', 'a\ufffdb\ufffd'],
    ['right to left override', 'a\u202eb', 'a\ufffdb'],
    ['zero width', 'ad\u200bmin', 'ad\ufffdmin'],
    ['tag characters', 'a\u{e0041}b', 'a\ufffdb'],
    ['private use, as the slots of the screen', '\ue000t', '\ufffdt'],
    ['lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['other scripts stay', '数据库 données', '数据库 données'],
  ])('%s', (_what, dirty, clean) => {
    expect(cleanText(dirty, 64)).toBe(clean)
  })

  test('a text at the limit stays whole, one past it is cut and says so', () => {
    expect(cleanText('x'.repeat(64), 64)).toBe('x'.repeat(64))
    expect(cleanText('x'.repeat(65), 64)).toBe('x'.repeat(63) + '…')
  })

  test('a cut through a surrogate pair leaves no half of it', () => {
    expect(cleanText('ab😀cd', 4)).toBe('ab\ufffd…')
  })

  test('invalid UTF-8 becomes replacement characters', () => {
    expect(cleanBytes(Uint8Array.of(0x61, 0xff, 0x62), 64)).toBe('a\ufffdb')
  })

  test('no text keeps a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        // oxlint-disable-next-line no-control-regex -- that is what must not be there
        expect(cleanText(text, 100)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
      }),
    )
  })
})

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::1', '::1'],
    ['::', '::'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['fe80::', 'fe80::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatAddress(address(text))).toBe(canonical)
  })

  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    'x',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    'fe80::1%eth0',
    '12345::',
  ])("'%s' is no address", (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('every address reads back as itself', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const text = formatAddress(bytes)
        expect(parseAddress(text)).toEqual(bytes)
        expect(isIPv6(text)).toBe(!isIpv4(bytes))
      }),
    )
  })

  test('loopback is all of 127/8 and ::1 only', () => {
    expect(['127.0.0.1', '127.255.0.9', '::1'].map((a) => isLoopback(address(a)))).toEqual([
      true,
      true,
      true,
    ])
    expect(['128.0.0.1', '::2', '::'].map((a) => isLoopback(address(a)))).toEqual([
      false,
      false,
      false,
    ])
  })
})

describe('names of fields', () => {
  const ends = (from: string, fromPort: number, to: string, toPort: number, protocol: number) => ({
    protocol,
    localAddress: address(from),
    localPort: fromPort,
    remoteAddress: address(to),
    remotePort: toPort,
  })

  test.each([
    [ends('128.232.110.120', 34855, '66.35.250.204', 80, 6), '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
    [ends('192.168.1.52', 54585, '8.8.8.8', 53, 17), '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  ])('Community ID of the specification, from both ends', (flow, id) => {
    expect(communityId(flow)).toBe(id)
    const otherEnd = {
      protocol: flow.protocol,
      localAddress: flow.remoteAddress,
      localPort: flow.remotePort,
      remoteAddress: flow.localAddress,
      remotePort: flow.localPort,
    }
    expect(communityId(otherEnd)).toBe(id)
  })

  test('a flow is named by the vocabulary, with its actor before its opener', () => {
    const actor = { ...curl, pid: 9, process: 'worker' }
    const flow = namedFields(recordOf({ actor, flags: 5 }), 'web1')
    expect(Object.keys(flow)).toEqual(Object.keys(vocabulary))
    expect(flow).toMatchObject({
      start: '2023-11-14T22:13:20.000Z',
      host: 'web1',
      protocol: 'tcp',
      remote_ip: '2001:db8::2',
      pid: 9,
      process: 'worker',
      opened_by_pid: 4711,
      opened_by_process: 'curl',
      flags: ['partial', 'loopback'],
      container: null,
    })
  })

  test('an unknown owner has no pid and says why', () => {
    const flow = namedFields(recordOf({ owner: { kind: 'unknown', why: 'not root' } }), 'h')
    expect(flow).toMatchObject({
      owner: 'unknown',
      owner_unknown_why: 'not root',
      pid: null,
      process: null,
    })
  })
})
