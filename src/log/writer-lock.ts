import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs'
import { limits } from '../model/limits.ts'
import { errorCode } from './error-code.ts'
import { FileBytes } from './file-bytes.ts'
import {
  decodeLastWords,
  encodeLastWords,
  lastWordsBytes,
  nobodysWords,
  type LastWords,
} from './last-words.ts'
import type { LogDirectory } from './log-directory.ts'
import { LogError } from './log-error.ts'

/**
 * Takes the exclusive lock of an open file without waiting, as flock(2) with LOCK_EX does: it goes with the file's
 * last descriptor, however the process ends. False where another has it.
 */
export type TryLock = (fd: number) => boolean

/** In the log's directory, for the recorder only: who may open it may lock it. */
export const lockName = 'writer.lock'
const lockMode = 0o600
const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants

/**
 * Keeps a second writer out of a directory by a lock on a file in it. The kernel lets go of it with the process, so
 * that a kill leaves nothing to guess about. An abstract socket, which Node has, does so too, but any user of the
 * host can take its name first, and containers that share a directory but no network do not see it. A file with pid
 * and start time would need two starts that both find it stale to agree who may replace it.
 *
 * The file holds the writer's last words as well: what would be lost with it. Its blocks are there from the
 * beginning, so that a full disk takes them.
 */
export class WriterLock {
  readonly #fd: number
  /** Of the writer before. They stay in the file until others are left. */
  readonly words: LastWords
  /** As they stand in the file; undefined where that is not known. */
  #left: string | undefined

  private constructor(fd: number, words: LastWords) {
    this.#fd = fd
    this.words = words
  }

  /** Throws `LogError` where another process has it, or there can be no such file. */
  static take(directory: LogDirectory, tryLock: TryLock): WriterLock {
    for (let tries = 0; tries < limits.logViewsMax; tries++) {
      const fd = openLockFile(directory)
      try {
        const words = wordsIn(directory)
        if (!tryLock(fd)) throw inUse(directory, words)
        if (isStillNamed(fd, directory)) return new WriterLock(fd, words)
      } catch (error) {
        closeSync(fd)
        throw error
      }
      // Somebody deleted it meanwhile: whoever comes next would lock another file.
      closeSync(fd)
    }
    throw inUse(directory, nobodysWords)
  }

  /** Says what is lost if this process ends now; nothing where the disk does not take even that. */
  leave(told: Omit<LastWords, 'pid'>): void {
    const words = encodeLastWords({ pid: process.pid, ...told })
    if (words === this.#left) return
    this.#left = undefined
    try {
      if (writeSync(this.#fd, words, 0) === words.length) this.#left = words
    } catch (error) {
      // It is tried again at the next append; the operator hears of the trouble from the log itself.
      if (errorCode(error) === undefined) throw error
    }
  }

  release(): void {
    closeSync(this.#fd)
  }
}

function openLockFile(directory: LogDirectory): number {
  try {
    return openSync(directory.file(lockName), O_RDWR | O_CREAT | O_NOFOLLOW, lockMode)
  } catch (cause) {
    const code = errorCode(cause)
    if (code === undefined) throw cause
    throw new LogError(
      'not writable',
      `${lockName} cannot be opened in ${directory.path}: ${code}`,
      'see that the disk is writable and has room, and that the directory belongs to the user who records',
      cause,
    )
  }
}

function wordsIn(directory: LogDirectory): LastWords {
  const bytes = new FileBytes(directory.file(lockName))
  try {
    return decodeLastWords(bytes.read(0, lastWordsBytes))
  } finally {
    bytes.close()
  }
}

/** The name leads to this file still. */
function isStillNamed(fd: number, directory: LogDirectory): boolean {
  const named = statSync(directory.file(lockName), { throwIfNoEntry: false })
  return named?.ino === fstatSync(fd).ino
}

const inUse = (directory: LogDirectory, { pid }: LastWords) =>
  new LogError(
    'in use',
    `another recorder${pid > 0 ? ` (pid ${pid})` : ''} writes ${directory.path}`,
    'stop it, or name another directory with --data-dir',
  )
