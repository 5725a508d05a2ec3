import { lstatSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory and those above it that are not there; gives the topmost that it made. Not by `recursive` of
 * node: that asks without end below /proc, where the directory above is there and yet refuses with ENOENT.
 * @throws Error that names the path in the way
 */
export function makeDirectory(path: string, mode = 0o777): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory()) return undefined
  if (found) throw new Error(`${path} is not a directory`)
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new Error(`${path} is a link to what is not there`)
  const above = makeDirectory(dirname(path), mode)
  mkdirSync(path, { mode })
  return above ?? path
}
