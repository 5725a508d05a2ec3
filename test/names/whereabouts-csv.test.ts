import { describe, expect, test } from 'vitest'
import {
  publishedTables,
  readTables,
  type PublishedTable,
} from '../../src/names/whereabouts-csv.ts'

const whole: Readonly<Record<PublishedTable, string>> = {
  'asn-country-ipv4': '16777216,16777471,AU\n3758095872,3758096383,AU\n',
  'asn-country-ipv6':
    '2001:200::,2001:200:ffff:ffff:ffff:ffff:ffff:ffff,JP\n2c0f::,2c0f:ffff::,NG\n',
  'asn-ipv4': '1.0.0.0,1.0.0.255,13335,"Cloudflare, ""Inc."""\n223.0.0.0,223.255.255.255,4,\n',
  'asn-ipv6': '2001::,2001::ff,6939,Hurricane\n2c0f::,2c0f:ffff::,37125,Layer3\r\n',
}
const read = (changed: Partial<typeof whole> = {}) => {
  const text = (table: PublishedTable) => ({ file: table, text: { ...whole, ...changed }[table] })
  const texts = Object.fromEntries(publishedTables.map((table) => [table, text(table)]))
  return readTables(texts as Record<PublishedTable, { file: string; text: string }>, {
    date: '2026-11-20',
    builtFrom: 'a test',
  })
}

describe('published tables of countries and AS', () => {
  test('have addresses as numbers or as text, and names in quotes', () => {
    const { rows, strangeCodes } = read()
    expect(rows.countryByIpv4[0]).toEqual({ from: 1n << 24n, to: (1n << 24n) + 255n, value: 'AU' })
    expect(rows.asByIpv4[0]).toEqual({ from: 1n << 24n, to: (1n << 24n) + 255n, value: 13335 })
    expect(rows.countryByIpv6[0]!.from).toBe(0x2001_0200n << 96n)
    expect([...rows.asNames]).toEqual([
      [13335, 'Cloudflare, "Inc."'],
      [6939, 'Hurricane'],
      [37125, 'Layer3'],
    ])
    expect(strangeCodes.size).toBe(0)
  })

  test('that name codes of no country leave their ranges unlisted, and the codes are told', () => {
    const text = `0,255,EU\n${whole['asn-country-ipv4']}`
    const { rows, strangeCodes } = read({ 'asn-country-ipv4': text })
    expect(rows.countryByIpv4).toEqual(read().rows.countryByIpv4)
    expect([...strangeCodes]).toEqual(['EU'])
  })

  test.each<[string, PublishedTable, string, RegExp]>([
    ['an end before its start', 'asn-ipv4', '2.0.0.0,1.0.0.0,1,x\n', /line 1: no range/],
    ['an address past all', 'asn-country-ipv4', '0,4294967296,DE\n', /line 1: no range/],
    ['an address of the other family', 'asn-ipv6', '1.0.0.0,1.0.0.255,1,x\n', /line 1: no range/],
    ['a country in words', 'asn-country-ipv4', '0,1,Germany\n', /line 1: no range/],
    ['an AS past 32 bits', 'asn-ipv4', '0,1,4294967296,x\n', /line 1: no range/],
    ['no fields', 'asn-ipv4', 'hello\n', /line 1: no range/],
    ['bytes', 'asn-ipv4', '\0\u001B[2J\n', /line 1: no range.*\\u0000\\u001b/],
    ['a page of HTML', 'asn-ipv4', '<!doctype html>\n', /line 1: no range/],
    ['another order', 'asn-ipv4', '9,9,1,x\n8,8,1,x\n', /line 2: begins before/],
    ['a cut line', 'asn-ipv4', '8,8,1,x\n9,9', /line 2: it ends in the middle/],
    ['a missing end', 'asn-ipv4', '8,8,1,x\n', /lacks the end of all addresses/],
    ['nothing', 'asn-country-ipv6', '', /lacks the end of all addresses/],
  ])('with %s are refused by file and line', (_what, table, text, why) => {
    expect(() => read({ [table]: text })).toThrow(why)
    expect(() => read({ [table]: text })).toThrow(table)
  })

  test('cut at any byte are refused, or differ in nothing', () => {
    for (const table of publishedTables)
      for (let cut = 0; cut < whole[table].length; cut++)
        expect(() => read({ [table]: whole[table].slice(0, cut) }), `${table} ${cut}`).toThrow(
          /cut short|no range/,
        )
  })
})
