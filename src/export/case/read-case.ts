import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { Database } from 'sql.js'
import { ExportError, systemCode } from '../export-error.ts'
import { databaseOver, loadSqlite } from '../sqlite/load-sqlite.ts'
import { PageReader } from '../sqlite/page-reader.ts'
import { rows, sqliteSays } from '../sqlite/rows.ts'
import { createTable } from './table-spec.ts'
import { caseApplicationId, caseVersion, indices, tableNames, tables } from './tables.ts'
import { createView, views } from './views.ts'

/** A case that is only read. */
export interface ReadCase {
  readonly database: Database
  /** The same file, for who reads rows past SQLite. */
  readonly pages: PageReader
  /** The page at which each table and index begins, by name. */
  readonly roots: ReadonlyMap<string, number>
  /** Another where the file is another, or was written to. */
  readonly identity: string
  readonly close: () => void
}

/** @throws as the system says it */
export const identityOf = (path: string | number): string => {
  const { dev, ino, size, ctimeMs } = typeof path === 'number' ? fstatSync(path) : statSync(path)
  return [dev, ino, size, ctimeMs].join(' ')
}

const otherFile = 'Name a file that `e2etop export` wrote.'

/** The file may be of a stranger's making: nothing in its schema may do more than read. */
const reading = `PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;
PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY`

/** @throws ExportError where it cannot be read, is no case, or one of a newer e2etop. */
export async function openCase(path: string): Promise<ReadCase> {
  const sqlite = await loadSqlite()
  const descriptor = readable(path, () => openFile(path))
  try {
    const bytes = fstatSync(descriptor).size
    const header = readable(path, () => headerOf(descriptor))
    refuseOthers(path, header)
    refuseTruncated(path, header, bytes)
    const database = databaseOver(sqlite, descriptor, bytes)
    // What is wrong with a schema is said when it is first read.
    sqliteSays(() => database.run(reading), otherFile)
    const roots = rootsOf(path, database)
    const pages = new PageReader(descriptor, pageBytesOf(header), header.readUInt32BE(28))
    const close = () => {
      database.close()
      closeSync(descriptor)
    }
    return { database, pages, roots, identity: identityOf(descriptor), close }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** A pipe would be waited for. */
function openFile(path: string): number {
  const found = statSync(path)
  if (!found.isFile() && !found.isDirectory()) throw new Error('it is no file')
  return openSync(path, 'r')
}

function readable<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    const code = systemCode(cause) ?? 'EIO'
    throw new ExportError(code, `${path} cannot be read: ${(cause as Error).message}`, {
      next: otherFile,
      cause,
    })
  }
}

const headerBytes = 100

/** The first bytes of a file, as many as it has. */
export function headerOf(descriptor: number): Buffer {
  const header = Buffer.alloc(headerBytes)
  return header.subarray(0, readSync(descriptor, header, 0, headerBytes, 0))
}

/** By the file's header (sqlite.org/fileformat2.html 1.3), before SQLite is given anything. */
function refuseOthers(path: string, header: Buffer): void {
  if (header.length < headerBytes || header.toString('latin1', 0, 16) !== 'SQLite format 3\0')
    throw new ExportError('not-sqlite', `${path} is no SQLite file`, { next: otherFile })
  if (header.readUInt32BE(68) !== caseApplicationId)
    throw new ExportError('not-a-case', `${path} is an SQLite file, but no case of e2etop`, {
      next: otherFile,
    })
  const version = header.readUInt32BE(60)
  if (version > caseVersion)
    throw new ExportError(
      'newer-version',
      `${path} is a case of version ${version}, and this e2etop knows ${caseVersion}`,
      { next: 'Open it with a newer e2etop; any SQLite tool reads its tables.' },
    )
}

/** Of all pages that the header of an SQLite file counts. */
export const pagesBytes = (header: Buffer): number => header.readUInt32BE(28) * pageBytesOf(header)

function pageBytesOf(header: Buffer): number {
  const pageBytes = header.readUInt16BE(16)
  return pageBytes === 1 ? 65_536 : pageBytes
}

function refuseTruncated(path: string, header: Buffer, bytes: number): void {
  const expected = pagesBytes(header)
  if (bytes < expected)
    throw new ExportError('truncated', `${path} has ${bytes} of its ${expected} bytes`, {
      next: 'Copy it again from where it was written.',
    })
}

/** What stands in the place of a table could be a view without an end, or a table with a program behind it. */
function rootsOf(path: string, database: Database): ReadonlyMap<string, number> {
  const roots = new Map<string, number>()
  const objects = rows(database, 'SELECT name, type, rootpage FROM sqlite_master')
  for (const [name, type, rootPage] of objects) {
    if (isTableName(String(name)) && (type !== 'table' || Number(rootPage) === 0))
      throw new ExportError(
        'not-a-case',
        `${path} is no case of e2etop: ${String(name)} is no table`,
        {
          next: otherFile,
        },
      )
    roots.set(String(name).toLowerCase(), Number(rootPage))
  }
  return roots
}

/** SQLite does not tell upper and lower case apart. */
const isTableName = (name: string) => (tableNames as readonly string[]).includes(name.toLowerCase())

/** SQL of everything that a case of this version consists of, by name. */
export function caseObjects(): ReadonlyMap<string, string> {
  const viewNames = Object.keys(views) as (keyof typeof views)[]
  return new Map([
    ...tableNames.map((name) => [name, createTable(name, tables[name])] as const),
    ...Object.entries(indices),
    ...viewNames.map((name) => [name, createView(name)] as const),
  ])
}
