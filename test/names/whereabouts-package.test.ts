import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { addressBytes, parseAddress } from '../../src/model/address.ts'
import { countryCodes } from '../../src/model/whereabouts/country-codes.ts'
import { readWhereabouts } from '../../src/model/whereabouts/whereabouts-file.ts'
import { whereaboutsOf } from '../../src/model/whereabouts/whereabouts.ts'
import { whereaboutsIn } from '../../src/names/read-whereabouts.ts'
import { whereaboutsBytes } from '../../src/names/whereabouts-bytes.ts'
import { packageRows } from '../tools/whereabouts-packages.ts'

const file = whereaboutsBytes(packageRows())
const read = readWhereabouts(file)
if (!read.ok) throw new Error(read.why)
const whereabouts = whereaboutsOf(read.sections)

interface Row {
  readonly from: bigint
  readonly to: bigint
  readonly value: string
}

/** The files with addresses as text, which the build does not read. */
const rowsOf = (name: string): readonly Row[] =>
  readFileSync(`node_modules/@ip-location-db/${name}`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [from = '', to = '', value = ''] = line.split(',')
      return { from: bitsOf(from), to: bitsOf(to), value }
    })
const bitsOf = (text: string) => BigInt(`0x${Buffer.from(parseAddress(text)!).toString('hex')}`)
const bytesOf = (bits: bigint) =>
  Uint8Array.from(Buffer.from(bits.toString(16).padStart(2 * addressBytes, '0'), 'hex'))

const country = (address: Uint8Array) => whereabouts.country(address, 0)
const as = (address: Uint8Array) => String(whereabouts.as(address, 0))

describe.each([
  ['asn-country/asn-country-ipv4.csv', country],
  ['asn-country/asn-country-ipv6.csv', country],
  ['asn/asn-ipv4.csv', as],
  ['asn/asn-ipv6.csv', as],
])('%s', (name, found) => {
  const rows = rowsOf(name)

  test('says of the first, a middle and the last address of each of its ranges what the built file says', () => {
    const wrong: string[] = []
    rows.forEach(({ from, to, value }, i) => {
      // Of two that overlap the later one holds.
      const end = rows[i + 1] && rows[i + 1]!.from <= to ? rows[i + 1]!.from - 1n : to
      for (const bits of [from, (from + end) / 2n, end])
        if (found(bytesOf(bits)) !== value) wrong.push(`${bits} is not ${value}`)
    })
    expect(wrong).toEqual([])
    expect(rows.length).toBeGreaterThan(60_000)
  })

  test('has nothing of what lies between two of its ranges, nor has the built file', () => {
    const nothing = found === as ? '0' : ''
    const wrong: string[] = []
    rows.forEach(({ to }, i) => {
      const next = rows[i + 1]
      if (!next || next.from <= to + 1n) return
      for (const bits of [to + 1n, (to + next.from) / 2n, next.from - 1n])
        if (found(bytesOf(bits)) !== nothing) wrong.push(String(bits))
    })
    expect(wrong).toEqual([])
  })

  test('answers random addresses as a walk over all its ranges does', () => {
    for (let i = 0; i < 200; i++) {
      const row = rows[Math.floor(Math.random() * rows.length)]!
      const bits = row.from + BigInt(Math.floor(Math.random() * 2 ** 20))
      const holding = rows.filter(({ from, to }) => from <= bits && bits <= to).at(-1)
      const expected = holding?.value ?? (found === as ? '0' : '')
      expect(found(bytesOf(bits)), String(bits)).toBe(expected)
    }
  })
})

test('well-known addresses have the AS that announces them', () => {
  const known: Readonly<Record<string, number>> = {
    '1.1.1.1': 13335,
    '8.8.8.8': 15169,
    '9.9.9.9': 19281,
    '170.247.170.2': 394353,
    '192.33.4.12': 2149,
    '199.7.91.13': 10886,
    '192.203.230.10': 21556,
    '192.5.5.241': 3557,
    '192.112.36.4': 5927,
    '198.97.190.53': 1508,
    '192.36.148.17': 29216,
    '193.0.14.129': 25152,
    '199.7.83.42': 20144,
    '202.12.27.33': 7500,
    '2606:4700:4700::1111': 13335,
    '2001:4860:4860::8888': 15169,
    '2620:fe::fe': 19281,
    '2001:500:2::c': 2149,
    '2001:500:2f::f': 3557,
    '2001:7fd::1': 25152,
    '2001:500:9f::42': 20144,
    '2001:dc3::35': 7500,
  }
  const found = Object.keys(known).map((text) => [text, whereabouts.as(parseAddress(text)!, 0)])
  expect(Object.fromEntries(found)).toEqual(known)
  expect(whereabouts.asName(13335)).toBe('Cloudflare, Inc.')
  expect(whereabouts.asName(4_294_967_295)).toBeUndefined()
})

test('its countries have codes of ISO 3166, and every AS a name that is clean', () => {
  const { header } = read.sections
  expect(header.countries.filter((code) => code !== '' && !countryCodes.includes(code))).toEqual([])
  const names = Array.from(read.sections.numbers, (number) => whereabouts.asName(number)!)
  expect(names.filter((name) => name === '' || /\p{Cc}/u.test(name))).toEqual([])
})

test('a file that is not there or altered is named, with why', () => {
  const folder = mkdtempSync(join(tmpdir(), 'e2etop-whereabouts-'))
  const path = join(folder, 'whereabouts.bin')
  expect(whereaboutsIn(path)).toEqual({
    kind: 'missing',
    why: `The database ${path} is not there.`,
  })
  writeFileSync(path, file)
  expect(whereaboutsIn(path).kind).toBe('known')
  writeFileSync(path, file.subarray(0, 1_000_000))
  expect(whereaboutsIn(path)).toEqual({
    kind: 'missing',
    why: `The database ${path} cannot be used: its checksum is wrong: it was cut or altered.`,
  })
  expect(whereaboutsIn(folder).kind).toBe('missing')
})
