import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** So that whoever may enter the directory can reach it: the umask of a recorder would shut others out. */
const modeAbove = 0o755

/**
 * Makes a directory of exactly that mode, and those above it that are not there. Not by `recursive` of node: that asks
 * without end below /proc, where the directory above is there and yet refuses with ENOENT.
 * @throws Error that names the path in the way
 */
export function makeDirectory(path: string, mode: number): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  if (found) throw new Error(`${path} is not a directory`)
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new Error(`${path} is a link to what is not there`)
  makeDirectory(dirname(path), modeAbove)
  mkdirSync(path, { mode })
  chmodSync(path, mode)
}
