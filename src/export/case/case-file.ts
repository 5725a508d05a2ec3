import {
  closeSync,
  existsSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Database, SqlJsStatic } from 'sql.js'
import { limits } from '../../model/limits.ts'
import { ExportError } from '../export-error.ts'
import { onDisk } from './disk-error.ts'
import { databaseOver, emptyDatabase, loadSqlite } from '../sqlite/load-sqlite.ts'
import { selfTest } from '../sqlite/self-test.ts'
import { createTable } from './table-spec.ts'
import { caseApplicationId, caseVersion, tableNames, tables, uniqueIndices } from './tables.ts'

/** A case that is being written, under a name of its own until it is whole. */
export interface OpenCaseFile {
  readonly database: Database
  /** Rows of `flow` that it can take; Infinity but where the case has to be built in memory. */
  readonly rowsMax: number
  /** What it takes on the disk so far. */
  readonly bytes: () => number
  /** Makes it the file at its path, durable, and gives its bytes; it is whole or not there. @throws ExportError */
  readonly publish: () => number
  /** Leaves nothing behind; of no effect after `publish`. */
  readonly discard: () => void
}

/** Nothing reads the file before it is whole, so nothing needs to be undone in it. */
const writing = `PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY`

export interface NewCase {
  readonly path: string
  /** Replace a file that is there. */
  readonly force: boolean
  /** Distinguishes temporary names of writers in one directory: the process id. */
  readonly writer: number
  /** Whose the file is to be; left out: of who writes it. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
}

/** Begins a case with empty tables. @throws ExportError where it cannot be, or a file is there already. */
export async function createCaseFile(request: NewCase): Promise<OpenCaseFile> {
  const { path, force, writer, owner } = request
  if (existsSync(path) && !force)
    throw new ExportError('EEXIST', `${path} is there already`, {
      next: 'Choose another name, replace it with --force, or add to it with --continue.',
    })
  const sqlite = await loadSqlite()
  const temporary = join(dirname(path), `.${basename(path)}.${writer}.tmp`)
  return onDisk(path, () => {
    const isPaged = selfTest(sqlite, `${temporary}.test`)
    const descriptor = openSync(temporary, 'wx+', 0o600)
    try {
      if (owner) fchownSync(descriptor, owner.uid, owner.gid)
      const file = isPaged ? pagedFile(sqlite, descriptor) : memoryFile(sqlite, descriptor)
      begin(file.database)
      return openCase(file, { ...request, temporary, descriptor })
    } catch (error) {
      closeSync(descriptor)
      unlinkSync(temporary)
      throw error
    }
  })
}

function begin(database: Database): void {
  database.run(writing)
  database.run(`PRAGMA application_id=${caseApplicationId}; PRAGMA user_version=${caseVersion}`)
  for (const name of tableNames) database.run(createTable(name, tables[name]))
  for (const sql of Object.values(uniqueIndices)) database.run(sql)
  database.run('BEGIN')
}

interface UnfinishedFile {
  readonly database: Database
  readonly rowsMax: number
  /** Closes the database and has all of it in the file. */
  readonly finish: () => void
}

function openCase(
  file: UnfinishedFile,
  place: NewCase & { readonly temporary: string; readonly descriptor: number },
): OpenCaseFile {
  let isDone = false
  const discard = () => {
    if (isDone) return
    isDone = true
    // The database is not closed: SQLite would write to a disk that may just have refused it.
    closeSync(place.descriptor)
    unlinkSync(place.temporary)
  }
  const publish = () => {
    file.finish()
    fsyncSync(place.descriptor)
    moveInto(place.temporary, place)
    isDone = true
    const { size } = fstatSync(place.descriptor)
    closeSync(place.descriptor)
    return size
  }
  return {
    database: file.database,
    rowsMax: file.rowsMax,
    bytes: () => fstatSync(place.descriptor).size,
    publish: () => onDisk(place.path, publish),
    discard,
  }
}

function pagedFile(sqlite: SqlJsStatic, descriptor: number): UnfinishedFile {
  const seed = emptyDatabase(sqlite)
  writeSync(descriptor, seed, 0, seed.length, 0)
  const database = databaseOver(sqlite, descriptor, seed.length)
  return { database, rowsMax: Infinity, finish: () => database.close() }
}

/** Where this sql.js does not take a `PagedFile` for a file. */
function memoryFile(sqlite: SqlJsStatic, descriptor: number): UnfinishedFile {
  const database = new sqlite.Database(emptyDatabase(sqlite))
  const finish = () => {
    const bytes = database.export()
    for (let at = 0; at < bytes.length;)
      at += writeSync(descriptor, bytes, at, bytes.length - at, at)
    database.close()
  }
  return { database, rowsMax: limits.caseRowsInMemory, finish }
}

/** By a link, which refuses a name that is taken since, unless it is to be replaced. */
function moveInto(temporary: string, { path, force }: NewCase): void {
  if (force) {
    renameSync(temporary, path)
  } else {
    linkSync(temporary, path)
    unlinkSync(temporary)
  }
  const directory = openSync(dirname(path), 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
