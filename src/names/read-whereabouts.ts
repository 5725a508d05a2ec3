import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { WhereaboutsSource } from '../model/whereabouts/known-whereabouts.ts'
import { readWhereabouts } from '../model/whereabouts/whereabouts-file.ts'
import { whereaboutsOf } from '../model/whereabouts/whereabouts.ts'

/** The database in a file, or why there is none. */
export function whereaboutsIn(path: string): WhereaboutsSource {
  try {
    return whereaboutsFrom(path, readFileSync(path))
  } catch (error) {
    return unreadable(path, error)
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
