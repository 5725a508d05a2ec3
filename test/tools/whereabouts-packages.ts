import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Listed, WhereaboutsRows } from './whereabouts-bytes.ts'

const countryPackage = '@ip-location-db/asn-country'
const asPackage = '@ip-location-db/asn'
const packageFile = (name: string, file: string) => join('node_modules', name, file)

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(packageFile(name, 'package.json'), 'utf8')) as { version: string })
    .version

/** What tells one state of the packages from another. */
export const builtFrom = (): string =>
  [countryPackage, asPackage].map((name) => `${name} ${versionOf(name)}`).join(', ')

/** Rows of the packages: who has an address by the registries, and who announces it. */
export function packageRows(): WhereaboutsRows {
  const countryByIpv4 = countries('asn-country-ipv4-num.csv')
  const countryByIpv6 = countries('asn-country-ipv6-num.csv')
  const asNames = new Map<number, string>()
  return {
    name: 'NRO, Route Views, DB-IP',
    date: [versionOf(countryPackage), versionOf(asPackage)].map(dateOf).toSorted()[0]!,
    builtFrom: builtFrom(),
    countryByIpv4,
    countryByIpv6,
    asByIpv4: autonomousSystems('asn-ipv4-num.csv', asNames),
    asByIpv6: autonomousSystems('asn-ipv6-num.csv', asNames),
    asNames,
  }
}

/** Of a version such as 2.3.2026061719, whose last part is the hour at which it was made. */
function dateOf(version: string): string {
  const [, year, month, day] = /\.(\d{4})(\d\d)(\d\d)\d\d$/.exec(version) ?? []
  if (year === undefined) throw new Error(`no date in the version ${version}`)
  return `${year}-${month}-${day}`
}

function countries(file: string): Listed<string>[] {
  return csvRows(packageFile(countryPackage, file), /^(\d+),(\d+),([A-Z]{2})$/).map(
    ([from, to, value]) => ({
      from: BigInt(from),
      to: BigInt(to),
      value,
    }),
  )
}

function autonomousSystems(file: string, names: Map<number, string>): Listed<number>[] {
  const rows = csvRows(packageFile(asPackage, file), /^(\d+),(\d+),(\d+),(.*)$/)
  return rows.map(([from, to, number, name]) => {
    const value = Number(number)
    if (name !== '') names.set(value, unquoted(name))
    return { from: BigInt(from), to: BigInt(to), value }
  })
}

const unquoted = (field: string) =>
  field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field

type Fields = readonly [string, string, string, string]

function csvRows(path: string, form: RegExp): Fields[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line, i) => {
      const fields = form.exec(line.trimEnd())
      if (!fields) throw new Error(`${path}:${i + 1} is not understood: ${line}`)
      const [, a = '', b = '', c = '', d = ''] = fields
      return [a, b, c, d]
    })
}
