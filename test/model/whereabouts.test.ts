import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../src/model/address.ts'
import { countryCodes, countryName } from '../../src/model/whereabouts/country-codes.ts'
import { asOf, countryOf, useWhereabouts } from '../../src/model/whereabouts/known-whereabouts.ts'
import { readWhereabouts } from '../../src/model/whereabouts/whereabouts-file.ts'
import { limits } from '../../src/model/limits.ts'
import { specialKindOf, whereaboutsOf } from '../../src/model/whereabouts/whereabouts.ts'
import { whereaboutsBytes } from '../../src/names/whereabouts-bytes.ts'
import {
  naiveAs,
  naiveCountry,
  smallDatabase,
  smallWhereaboutsBytes,
  useSmallWhereabouts,
} from '../sim/small-whereabouts.ts'

const bytes = (text: string) => parseAddress(text)!

/** Both edges of what IANA has set apart, and the neighbours that are anybody's. */
const edges: readonly (readonly [string, string | undefined])[] = [
  ['0.0.0.0', 'reserved'],
  ['0.255.255.255', 'reserved'],
  ['1.0.0.0', undefined],
  ['9.255.255.255', undefined],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['11.0.0.0', undefined],
  ['100.63.255.255', undefined],
  ['100.64.0.0', 'private'],
  ['100.127.255.255', 'private'],
  ['100.128.0.0', undefined],
  ['126.255.255.255', undefined],
  ['127.0.0.0', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['128.0.0.0', undefined],
  ['169.253.255.255', undefined],
  ['169.254.0.1', 'link-local'],
  ['172.15.255.255', undefined],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', undefined],
  ['192.0.0.255', 'reserved'],
  ['192.0.1.0', undefined],
  ['192.0.2.255', 'reserved'],
  ['192.167.255.255', undefined],
  ['192.168.255.255', 'private'],
  ['198.17.255.255', undefined],
  ['198.18.0.0', 'reserved'],
  ['198.19.255.255', 'reserved'],
  ['198.20.0.0', undefined],
  ['198.51.100.7', 'reserved'],
  ['203.0.113.7', 'reserved'],
  ['223.255.255.255', undefined],
  ['224.0.0.0', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.0', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['::', 'reserved'],
  ['::1', 'loopback'],
  ['::2', undefined],
  ['::ffff:10.0.0.1', 'private'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['64:ff9b::8.8.8.8', undefined],
  ['64:ff9b:1::', 'private'],
  ['100::1', 'reserved'],
  ['100:0:0:1::', undefined],
  ['2001::1', 'reserved'],
  ['2001:1::1', undefined],
  ['2001:1f:ffff::', 'reserved'],
  ['2001:20::', undefined],
  ['2001:db8:ffff::', 'reserved'],
  ['2001:db9::', undefined],
  ['2002::1', 'reserved'],
  ['2003::1', undefined],
  ['3fff:fff::', 'reserved'],
  ['3fff:1000::', undefined],
  ['fbff::', undefined],
  ['fc00::', 'private'],
  ['fdff:ffff::', 'private'],
  ['fe00::', undefined],
  ['fe80::', 'link-local'],
  ['febf:ffff::', 'link-local'],
  ['fec0::', 'private'],
  ['ff00::', 'multicast'],
  ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'multicast'],
]

describe('an address', () => {
  test.each(edges)('%s is %s by the registries of IANA', (text, kind) => {
    expect(specialKindOf(bytes(text))).toBe(kind)
  })

  test('has the country and the AS that a look at every range finds', () => {
    useSmallWhereabouts()
    const byte = fc.constantFrom(0, 1, 7, 8, 9, 10, 192, 254, 255)
    const v4 = fc.tuple(byte, byte, byte, byte).map((four) => bytes(four.join('.')))
    const v6 = fc
      .tuple(fc.constantFrom('2620:fe', '2620:fd', '2620:ff'), fc.constantFrom('0', 'ffff'), byte)
      .map(([head, middle, last]) => bytes(`${head}:0:${middle}::${last.toString(16)}`))
    fc.assert(
      fc.property(fc.oneof(v4, v6), fc.nat(3), (address, before) => {
        fc.pre(specialKindOf(address) === undefined)
        const among = new Uint8Array(16 * (before + 1))
        among.set(address, 16 * before)
        expect(countryOf(among, 16 * before)).toBe(naiveCountry(address))
        expect(asOf(among, 16 * before)).toBe(naiveAs(address))
      }),
      { numRuns: 2_000 },
    )
  })

  test('whose database is not there has none, but for what needs none', () => {
    useWhereabouts(() => ({ kind: 'missing', why: 'No database.' }))
    expect([countryOf(bytes('8.8.8.8')), asOf(bytes('8.8.8.8'))]).toEqual([null, null])
    expect([countryOf(bytes('10.0.0.1')), asOf(bytes('::1'))]).toEqual(['private', 'loopback'])
  })
})

test('names of AS are clean and of a length that a screen can bear, whoever chose them', () => {
  const none = { countryByIpv4: [], countryByIpv6: [], asByIpv4: [], asByIpv6: [] }
  const asNames = new Map([
    [7, '\u001b[2Jevil\u202e'],
    [4_294_967_294, 'x'.repeat(1000)],
  ])
  const read = readWhereabouts(
    whereaboutsBytes({ ...smallDatabase, ...none, builtFrom: '', asNames }),
  )
  if (!read.ok) throw new Error(read.why)
  const { asName } = whereaboutsOf(read.sections)
  expect(asName(7)).toBe('\ufffd[2Jevil\ufffd')
  expect(asName(4_294_967_294)).toHaveLength(limits.nameLength)
  expect([0, 6, 8, 4_294_967_295].map(asName)).toEqual(Array(4).fill(undefined))
})

describe('a database file', () => {
  const file = smallWhereaboutsBytes()

  test('says whose it is and of when', () => {
    const read = readWhereabouts(file)
    expect(read.ok && read.sections.header).toMatchObject(smallDatabase)
  })

  test('cut anywhere, or with any bit changed, is refused with a reason', () => {
    for (let end = 0; end < file.length; end++)
      expect(readWhereabouts(file.slice(0, end)).ok, `cut at ${end}`).toBe(false)
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const altered = file.slice()
      altered[bit >> 3]! ^= 1 << (bit & 7)
      const read = readWhereabouts(altered)
      // What the header's checksum stands over is all but the sum, and what is before it.
      expect(read.ok, `bit ${bit}`).toBe(false)
      expect(read.ok || read.why.length).toBeGreaterThan(10)
    }
  })

  test('is read from any place in memory', () => {
    for (let before = 0; before < 8; before++) {
      const room = new Uint8Array(before + file.length)
      room.set(file, before)
      expect(readWhereabouts(room.subarray(before)).ok).toBe(true)
    }
  })
})

test('every code of ISO 3166 is there once, and has a name', () => {
  expect(new Set(countryCodes).size).toBe(249)
  expect(countryCodes.filter((code) => countryName(code) === code)).toEqual([])
})
