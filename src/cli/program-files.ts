import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { demoRecording, whereaboutsFile, whereaboutsNotice } from './places.ts'

/** As the build names them: by what is in them. */
const roomFile = /^[a-z]+-[0-9A-Z]{8}\.mjs$/

/** What the program reads from beside its script, in the same directory. */
export const filesBeside = (script: string): readonly string[] => [
  ...readdirSync(dirname(script))
    .filter((name) => roomFile.test(name))
    .toSorted()
    .map((name) => join(dirname(script), name)),
  ...[demoRecording, whereaboutsFile(), whereaboutsNotice].filter((path) => existsSync(path)),
]

/** Whether an error says that a file of the program is no longer there. */
export function isFileGone(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    'url' in error &&
    roomFile.test(basename(String(error.url)))
  )
}
