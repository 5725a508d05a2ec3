import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MalformedError } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import { readTime } from '../../query/words/time-words.ts'
import { hostTime } from '../../model/quantity.ts'
import { whereaboutsToldHere } from '../../query/whereabouts.ts'
import { whereaboutsBytes } from '../../names/whereabouts-bytes.ts'
import {
  publishedFiles,
  publishedTables,
  readTables,
  type PublishedTable,
  type PublishedText,
} from '../../names/whereabouts-csv.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { FileError } from '../file-error.ts'
import { importedWhereabouts } from '../places.ts'
import { readTextFile } from '../read-text-file.ts'
import { UsageError } from '../command-line/usage-error.ts'

/** Where the files come from, and what to do where one cannot be used. */
const origin =
  'the four CSV files asn-country-ipv4, asn-country-ipv6, asn-ipv4 and asn-ipv6 of one release of https://github.com/sapics/ip-location-db'

/** `e2etop whereabouts import FOLDER --date DAY`: newer files of its publisher become the database of countries and AS. */
export function importWhereabouts({ operands, options }: Arguments): number {
  const [verb, folder = ''] = operands
  if (verb !== 'import') throw new UsageError(`e2etop whereabouts import FOLDER, not '${verb}'`)
  const date = dayOf(options.get('date'))
  const here = whereaboutsToldHere()
  if (here.kind === 'known' && here.date >= date)
    throw new FileError(
      `the database in use is of ${here.date}, and the newest one is used`,
      `bring files that are newer: ${origin}`,
    )
  const texts = Object.fromEntries(
    publishedTables.map((table) => [table, readPublished(folder, table)]),
  ) as Record<PublishedTable, PublishedText>
  const { rows, strangeCodes } = tablesOf(texts, date)
  const file = importedWhereabouts()
  writeWhole(file, whereaboutsBytes(rows))
  const before = here.kind === 'known' ? ` in place of ${here.date}` : ''
  print(`${file}: countries and AS of ${date}${before}`)
  if (strangeCodes.size > 0)
    print(`Ranges of ${[...strangeCodes].join(', ')}, which are no countries, are unlisted.`)
  print('Without this file the database that came with e2etop is used again.')
  return exitCode.ok
}

const print = (line: string) => void process.stdout.write(`${line}\n`)

/** Nothing in the files says their day, and every answer will. */
function dayOf(day: string | undefined): string {
  if (day === undefined)
    throw new UsageError('whereabouts needs --date: the day of the data, as their release says')
  const now = hostTime(Date.now())
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? readTime(`${day}T00:00:00Z`, now) : undefined
  if (time === undefined || time > now)
    throw new UsageError(`--date takes a day that has been, such as 2026-11-20, not '${day}'`)
  return day
}

function readPublished(folder: string, table: PublishedTable): PublishedText {
  for (const name of publishedFiles(table)) {
    const file = join(folder, name)
    try {
      const text = readTextFile(file, limits.publishedTableBytesMax)
      if (text !== undefined) return { file, text }
      throw new FileError(
        `${file} is longer than ${limits.publishedTableBytesMax} bytes`,
        `bring ${origin}`,
      )
    } catch (cause) {
      if (cause instanceof FileError) throw cause
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') continue
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new FileError(`${file} cannot be read: ${why}`, `look at ${file}`, cause)
    }
  }
  const [first, second] = publishedFiles(table)
  throw new FileError(`there is neither ${first} nor ${second} in ${folder}`, `bring ${origin}`)
}

function tablesOf(texts: Readonly<Record<PublishedTable, PublishedText>>, date: string) {
  const sums = publishedTables.map((table) => {
    const sum = createHash('sha256').update(texts[table].text).digest('hex')
    return `${table} sha256 ${sum}`
  })
  try {
    return readTables(texts, { date, builtFrom: sums.join(', ') })
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
    throw new FileError(error.message, `bring ${origin}`)
  }
}

/** Whole or not at all. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const begun = `${file}.new`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
    const fd = openSync(begun, 'w', 0o644)
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(begun, file)
  } catch (cause) {
    rmSync(begun, { force: true })
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new FileError(`${file} cannot be written: ${why}`, 'make room for 12 MB there', cause)
  }
}
