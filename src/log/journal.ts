import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { limits } from '../model/limits.ts'
import { errorCode } from './error-code.ts'
import { encodeFileHeader, fileHeaderBytes, type FileHeader } from './file-header.ts'
import { journalName } from './file-names.ts'
import type { LogDirectory } from './log-directory.ts'
import type { LogTime } from './log-time.ts'

/** What became of frames handed to the disk. */
export type WriteOutcome =
  | { readonly kind: 'synced' }
  /** No room: cut back to what was there before, and good for another try. */
  | { readonly kind: 'full' }
  /** This file must not be written again: after a failed sync the kernel forgets what it could not write, and a
   *  second sync reports success (the "fsyncgate" of 2018). */
  | { readonly kind: 'failed'; readonly why: string }

const noRoom = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** The open journal. Its file comes with the first frames, so that an idle start leaves nothing behind. */
export class Journal {
  readonly number: number
  readonly #directory: LogDirectory
  readonly #header: FileHeader
  #fd: number | undefined
  /** All before is synced and acknowledged. */
  #goodBytes = 0

  #rows = 0
  readonly #day: number

  constructor(directory: LogDirectory, header: FileHeader, at: LogTime) {
    this.#day = utcDay(at)
    this.number = header.number
    this.#directory = directory
    this.#header = header
  }

  /** Time for a new one: full, or the UTC day is over, so that a small host has a segment a day. */
  isDue(at: LogTime, bytesMax: number): boolean {
    return (
      this.#rows >= limits.logJournalRowsMax ||
      this.#goodBytes >= Math.min(bytesMax, limits.logJournalBytesMax) ||
      (this.#goodBytes > 0 && this.#day !== utcDay(at))
    )
  }

  append(frames: readonly Uint8Array[], rows: number): WriteOutcome {
    try {
      this.#fd ??= openSync(this.#path, 'wx', 0o640)
    } catch (error) {
      return outcomeOf(error)
    }
    try {
      const isNew = this.#goodBytes === 0
      const end = this.#write(isNew ? [encodeFileHeader(this.#header), ...frames] : frames)
      this.#sync(isNew)
      const { size, nlink } = fstatSync(this.#fd)
      // A write that the disk lost, or a file that somebody cut or deleted.
      if (size !== end || nlink === 0)
        return this.#cutBack({ kind: 'failed', why: 'the file is not what was written' })
      this.#goodBytes = end
      this.#rows += rows
      return { kind: 'synced' }
    } catch (error) {
      return this.#cutBack(outcomeOf(error))
    }
  }

  /** Lets go of the file; one that holds nothing is deleted. */
  close(): void {
    if (this.#fd === undefined) return
    closeSync(this.#fd)
    this.#fd = undefined
    if (this.#goodBytes <= fileHeaderBytes) unlinkQuietly(this.#path)
  }

  #sync(isNew: boolean): void {
    try {
      fdatasyncSync(this.#fd!)
      if (isNew) this.#directory.sync()
    } catch (error) {
      // Whatever the reason, also no room: not this file again.
      throw new SyncFailure(errorCode(error) ?? String(error))
    }
  }

  /** Frames of a failed write must go: they stay with the caller and are written again, later or elsewhere. */
  #cutBack(outcome: WriteOutcome): WriteOutcome {
    try {
      ftruncateSync(this.#fd!, this.#goodBytes)
      return outcome
    } catch (error) {
      // They may stay: the next file's first sequence tells readers to pass over them.
      return { kind: 'failed', why: errorCode(error) ?? 'the file cannot be cut back' }
    }
  }

  get #path(): string {
    return this.#directory.file(journalName(this.number))
  }

  /** In one piece, so that what a disk loses is the end and shows in the file's size. Returns the end. */
  #write(pieces: readonly Uint8Array[]): number {
    const bytes = Buffer.concat(pieces)
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.#fd!, bytes, done, bytes.length - done, this.#goodBytes + done)
    return this.#goodBytes + bytes.length
  }
}

const utcDay = ({ wall }: LogTime) => Math.floor(wall / 86_400_000)

class SyncFailure extends Error {}

function outcomeOf(error: unknown): WriteOutcome {
  if (error instanceof SyncFailure) return { kind: 'failed', why: error.message }
  const code = errorCode(error)
  if (code === undefined) throw error
  return noRoom.includes(code) ? { kind: 'full' } : { kind: 'failed', why: code }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // An empty file more or less: the next start deletes it.
  }
}
