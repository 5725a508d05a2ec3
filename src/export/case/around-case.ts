import { closeSync, openSync, realpathSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Alteration } from './alteration.ts'
import { headerOf, pagesBytes } from './read-case.ts'

/** What SQLite keeps beside a file while it writes it, and reads with it after a crash. */
const beside = ['-wal', '-journal']

/**
 * What SQLite does not read of the file, or reads of others: bytes behind its pages hide something, and a log beside
 * it makes other tools show something else than what was verified, which is the file alone.
 */
export function* verifyAround(path: string): Generator<Alteration> {
  const file = realpathSync(path)
  const descriptor = openSync(file, 'r')
  const expected = pagesBytes(headerOf(descriptor))
  closeSync(descriptor)
  const more = statSync(file).size - expected
  if (expected > 0 && more > 0)
    yield { where: 'the file', what: `has ${more} bytes behind its last page` }
  for (const suffix of beside) {
    const log = `${file}${suffix}`
    if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 0)
      yield {
        where: basename(log),
        what: 'lies beside it: with it, sqlite3 and others show something else than this file',
      }
  }
}
