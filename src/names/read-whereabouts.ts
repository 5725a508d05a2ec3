import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { WhereaboutsSource } from '../model/whereabouts/known-whereabouts.ts'
import { limits } from '../model/limits.ts'
import {
  readHeader,
  readWhereabouts,
  whereaboutsHeaderAt,
} from '../model/whereabouts/whereabouts-file.ts'
import { whereaboutsOf } from '../model/whereabouts/whereabouts.ts'

/** The database in a file, or why there is none. */
export function whereaboutsIn(path: string): WhereaboutsSource {
  try {
    return whereaboutsFrom(path, readFileSync(path))
  } catch (error) {
    return unreadable(path, error)
  }
}

/** The one of the latest day of those that are there; the first of equals, or where none is. */
export function newestDatabase(paths: readonly [string, ...string[]]): string {
  const dated = paths.map((path) => ({ path, date: dateIn(path) }))
  return dated.reduce((best, one) => (one.date > best.date ? one : best)).path
}

/** '' where it is no database: by the header alone, a thousandth of the file. */
function dateIn(path: string): string {
  let bytes: Uint8Array
  try {
    bytes = readStart(path, whereaboutsHeaderAt + limits.whereaboutsHeaderBytesMax)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return ''
    throw error
  }
  return readHeader(bytes)?.date ?? ''
}

function readStart(path: string, length: number): Uint8Array {
  const fd = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(length)
    return bytes.subarray(0, readSync(fd, bytes))
  } finally {
    closeSync(fd)
  }
}

/** The same while other work goes on; only looking through it takes its time, some 5 ms. */
export async function loadWhereabouts(path: string): Promise<WhereaboutsSource> {
  try {
    return whereaboutsFrom(path, await readFile(path))
  } catch (error) {
    return unreadable(path, error)
  }
}

function whereaboutsFrom(path: string, bytes: Uint8Array): WhereaboutsSource {
  const read = readWhereabouts(bytes)
  return read.ok
    ? { kind: 'known', whereabouts: whereaboutsOf(read.sections) }
    : missing(`The database ${path} cannot be used: ${read.why}.`)
}

const missing = (why: string): WhereaboutsSource => ({ kind: 'missing', why })

/** @throws what is no error of the system */
function unreadable(path: string, error: unknown): WhereaboutsSource {
  if (!(error instanceof Error && 'code' in error)) throw error
  if (error.code === 'ENOENT') return missing(`The database ${path} is not there.`)
  return missing(`The database ${path} cannot be read: ${error.message}.`)
}
