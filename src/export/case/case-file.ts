import {
  closeSync,
  existsSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  unlinkSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Database, SqlJsStatic } from 'sql.js'
import { limits } from '../../model/limits.ts'
import { ExportError } from '../export-error.ts'
import { databaseOver, loadSqlite } from '../sqlite/load-sqlite.ts'
import { PageFile, pageBytes, readUpTo, writeAll } from '../sqlite/page-file.ts'
import { selfTest } from '../sqlite/self-test.ts'
import { CaseTrees } from './case-trees.ts'
import { onDisk } from './disk-error.ts'
import { emptyCase } from './empty-case.ts'
import { tightenCase } from './tighten-case.ts'

/** A case that is being written, under a name of its own until it is whole. */
export interface OpenCaseFile {
  /** Takes the rows of the large tables, before anything goes by SQL. */
  readonly trees: CaseTrees
  /** A path at which a file may be made for the moment. */
  readonly scratch: string
  /** Rows of `flow` that it can take; Infinity but where SQL has to have all of it in memory. */
  readonly rowsMax: number
  /** What it takes on the disk so far. */
  readonly bytes: () => number
  /** Has statements run on it, once its trees are finished. */
  readonly withSql: <T>(run: (database: Database) => T) => T
  /** Makes it the file at its path, durable, and gives its bytes; it is whole or not there. @throws ExportError */
  readonly publish: () => number
  /** Leaves nothing behind; of no effect after `publish`. */
  readonly discard: () => void
}

/** Nothing reads the file before it is whole, so nothing needs to be undone in it. */
const writing = `PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY`

export interface NewCase {
  readonly path: string
  /** Replace a file that is there. */
  readonly force: boolean
  /** Distinguishes temporary names of writers in one directory; no slash. */
  readonly writer: string
  /** Whether that writer has ended: what it left behind is removed. */
  readonly hasEnded: (writer: string) => boolean
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
  const temporary = join(dirname(path), temporaryName(path, writer))
  return onDisk(path, () => {
    sweep(request)
    const isPaged = selfTest(sqlite, `${temporary}.test`)
    const descriptor = openSync(temporary, 'wx+', 0o600)
    try {
      if (owner) fchownSync(descriptor, owner.uid, owner.gid)
      const { bytes, roots } = emptyCase(sqlite)
      writeAll(descriptor, bytes, 0)
      const trees = new CaseTrees(new PageFile(descriptor, bytes.length / pageBytes), roots)
      return { trees, ...openCase({ ...request, sqlite, temporary, descriptor, isPaged, roots }) }
    } catch (error) {
      closeSync(descriptor)
      unlinkSync(temporary)
      throw error
    }
  })
}

const temporaryName = (path: string, writer: string) => `.${basename(path)}.${writer}.tmp`

/** Removes what writers of this case left behind that were killed. */
function sweep({ path, hasEnded }: NewCase): void {
  const [prefix, suffix] = temporaryName(path, '/').split('/') as [string, string]
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue
    if (hasEnded(name.slice(prefix.length, -suffix.length))) unlinkSync(join(dirname(path), name))
  }
}

interface CasePlace extends NewCase {
  readonly sqlite: SqlJsStatic
  readonly temporary: string
  readonly descriptor: number
  readonly roots: ReadonlyMap<string, number>
  /** This sql.js takes a `PagedFile` for a file. */
  readonly isPaged: boolean
}

function openCase(place: CasePlace): Omit<OpenCaseFile, 'trees'> {
  const { temporary, descriptor, isPaged, roots } = place
  let isDone = false
  const size = () => fstatSync(descriptor).size
  const discard = () => {
    if (isDone) return
    isDone = true
    closeSync(descriptor)
    unlinkSync(temporary)
  }
  const publish = () => {
    tightenCase(descriptor, size() / pageBytes, roots)
    fsyncSync(descriptor)
    moveInto(place)
    isDone = true
    const bytes = size()
    closeSync(descriptor)
    return bytes
  }
  return {
    scratch: `${temporary}.runs`,
    rowsMax: isPaged ? Infinity : limits.caseRowsInMemory,
    bytes: size,
    withSql: (run) => (isPaged ? onPages : inMemory)(place, run),
    publish: () => onDisk(place.path, publish),
    discard,
  }
}

function onPages<T>({ sqlite, descriptor }: CasePlace, run: (database: Database) => T): T {
  const database = databaseOver(sqlite, descriptor, fstatSync(descriptor).size)
  database.run(writing)
  const result = run(database)
  // Not where it failed: SQLite would write to a disk that may just have refused it.
  database.close()
  return result
}

/** Where this sql.js does not take a `PagedFile` for a file. */
function inMemory<T>({ sqlite, descriptor }: CasePlace, run: (database: Database) => T): T {
  const database = new sqlite.Database(
    readUpTo(descriptor, new Uint8Array(fstatSync(descriptor).size), 0),
  )
  database.run(writing)
  const result = run(database)
  writeAll(descriptor, database.export(), 0)
  database.close()
  return result
}

/** By a link, which refuses a name that is taken since, unless it is to be replaced. */
function moveInto({ temporary, path, force }: CasePlace): void {
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
