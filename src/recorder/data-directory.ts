import { chmodSync, lchownSync, lstatSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { parseFileName, temporaryPrefix } from '../log/file-names.ts'
import { lockName } from '../log/writer-lock.ts'
import { hashKeyName } from './hash-key.ts'
import { makeDirectory } from './make-directory.ts'
import type { Account } from './privileges.ts'
import { otherPlace, RecorderError } from './recorder-error.ts'

/** Readers need to list and enter it; nobody else may know even the names. */
const directoryMode = 0o750

/**
 * Makes the log's directory, and as root hands it and the log's files in it to the account that will write them.
 * A directory that holds anything else is left alone: `--data-dir /etc` must not give away /etc. A link may lead to
 * it, as to a larger disk: what it leads to is handed over.
 * @throws RecorderError `directory`
 */
export function prepareDataDirectory(path: string, account: Account): void {
  try {
    makeDirectory(path, directoryMode)
    if (process.geteuid?.() !== 0) return
    const names = readdirSync(path)
    const strange = names.find((name) => !isOurs(name))
    if (strange !== undefined)
      throw new RecorderError(
        'directory',
        `${path} is no log directory: it holds ${JSON.stringify(strange)}`,
        'Name an empty or new directory with --data-dir.',
      )
    for (const name of names) handOver(join(path, name), account)
    const directory = realpathSync(path)
    lchownSync(directory, account.uid, account.gid)
    chmodSync(directory, directoryMode)
  } catch (cause) {
    if (cause instanceof RecorderError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RecorderError(
      'directory',
      `the log directory ${path} cannot be used: ${why}`,
      otherPlace('another one with --data-dir', why),
      cause,
    )
  }
}

const isOurs = (name: string) =>
  parseFileName(name) !== undefined ||
  name.startsWith(temporaryPrefix) ||
  [hashKeyName, lockName].includes(name)

/** Plain files with one name only: the account could have planted a link to a file that is not its own. */
function handOver(path: string, { uid, gid }: Account): void {
  const found = lstatSync(path)
  if (found.isFile() && found.nlink === 1) lchownSync(path, uid, gid)
}
