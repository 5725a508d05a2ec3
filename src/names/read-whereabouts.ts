import { readFileSync } from 'node:fs'
import type { WhereaboutsSource } from '../model/whereabouts/known-whereabouts.ts'
import { readWhereabouts } from '../model/whereabouts/whereabouts-file.ts'
import { whereaboutsOf } from '../model/whereabouts/whereabouts.ts'

/** The database in a file, or why there is none. */
export function whereaboutsIn(path: string): WhereaboutsSource {
  const missing = (why: string): WhereaboutsSource => ({ kind: 'missing', why })
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isAbsent) return missing(`The database ${path} is not there.`)
    return missing(
      `The database ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
  const read = readWhereabouts(bytes)
  return read.ok
    ? { kind: 'known', whereabouts: whereaboutsOf(read.sections) }
    : missing(`The database ${path} cannot be used: ${read.why}.`)
}
