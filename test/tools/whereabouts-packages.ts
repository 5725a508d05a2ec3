import { readFileSync } from 'node:fs'
import {
  publishedFiles,
  publishedTables,
  readTables,
  type PublishedTable,
  type PublishedText,
} from '../../src/names/whereabouts-csv.ts'
import type { WhereaboutsRows } from '../../src/names/whereabouts-bytes.ts'

const packages = ['@ip-location-db/asn-country', '@ip-location-db/asn'] as const
const packageOf = (table: PublishedTable) => packages[table.startsWith('asn-country') ? 0 : 1]

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string })
    .version

/** Rows of the packages: who has an address by the registries, and who announces it. */
export function packageRows(): WhereaboutsRows {
  const text = (table: PublishedTable): PublishedText => {
    const file = `node_modules/${packageOf(table)}/${publishedFiles(table)[0]!}`
    return { file, text: readFileSync(file, 'utf8') }
  }
  const texts = Object.fromEntries(publishedTables.map((table) => [table, text(table)]))
  const { rows, strangeCodes } = readTables(texts as Record<PublishedTable, PublishedText>, {
    date: packages.map((name) => dateOf(versionOf(name))).toSorted()[0]!,
    builtFrom: packages.map((name) => `${name} ${versionOf(name)}`).join(', '),
  })
  if (strangeCodes.size > 0) throw new Error(`no countries: ${[...strangeCodes].join(' ')}`)
  return rows
}

/** Of a version such as 2.3.2026061719, whose last part is the hour at which it was made. */
function dateOf(version: string): string {
  const [, year, month, day] = /\.(\d{4})(\d\d)(\d\d)\d\d$/.exec(version) ?? []
  if (year === undefined) throw new Error(`no date in the version ${version}`)
  return `${year}-${month}-${day}`
}
