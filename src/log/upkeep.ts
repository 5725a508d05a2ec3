import { statSync, unlinkSync } from 'node:fs'
import { limits } from '../model/limits.ts'
import { errorCode } from './error-code.ts'
import { journalName, logFiles, parseFileName, type LogFile } from './file-names.ts'
import type { LogDirectory } from './log-directory.ts'
import type { LogTime } from './log-time.ts'
import { openLogFile } from './open-file.ts'
import {
  AgeClock,
  nextDeletion,
  type Deletion,
  type DeletionReason,
  type RetentionRules,
} from './retention.ts'
import { Sealer, type Continuation } from './sealer.ts'

/** What one step of maintenance did. */
export type MaintainOutcome =
  | { readonly kind: 'idle' }
  /** Some of a segment is made. */
  | { readonly kind: 'block' }
  | { readonly kind: 'sealed'; readonly name: string }
  | { readonly kind: 'deleted'; readonly name: string; readonly why: DeletionReason }
  | { readonly kind: 'failed'; readonly why: string }

/** The writer's place in its stream. */
export interface WriterPlace {
  readonly stream: number
  /** Of the open journal, or of the next one. */
  readonly number: number
  /** Where the next frame goes. */
  readonly after: Continuation
}

/** Seals closed journals and deletes what retention says, in small steps. */
export class Upkeep {
  /** May be changed; the next step keeps to it. */
  rules: RetentionRules
  readonly #directory: LogDirectory
  readonly #ageClock = new AgeClock()
  #sealer: Sealer | undefined
  #checkedAt = -Infinity
  #sealAfter = -Infinity
  /** Journals whose header is damaged: they stay as they are until retention takes them. */
  readonly #unsealable = new Set<number>()
  /** Of the last journal whose sealing failed: others come first, so that one bad place on a disk stops no other. */
  #failedNumber = -1
  #trouble: string | undefined

  constructor(directory: LogDirectory, rules: RetentionRules) {
    this.#directory = directory
    this.rules = rules
  }

  /** Errno of the step that failed last, until a journal is sealed or none is left to be. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  step(at: LogTime, place: WriterPlace): MaintainOutcome {
    try {
      if (!this.#directory.isThere) return { kind: 'idle' }
      const mayAge = this.#ageClock.mayDelete(at)
      if (this.#sealer) return this.#seal(this.#sealer)
      if (at.monotonic - this.#checkedAt < limits.logUpkeepMs) return { kind: 'idle' }
      const names = this.#directory.names()
      if (at.monotonic >= this.#sealAfter && this.#beginSeal(names, place)) return { kind: 'block' }
      const deletion = this.#deletion(names, at, place)
      if (!deletion || (deletion.why === 'age' && !mayAge)) {
        this.#checkedAt = at.monotonic
        return { kind: 'idle' }
      }
      if (deletion.why === 'age') this.#ageClock.deleted(at)
      return this.#delete(deletion)
    } catch (error) {
      return this.#failed(error, at)
    }
  }

  /** For a full disk: what can be done without goes, first the seal in hand, then the oldest file. One sudden lack
   *  of room deletes nothing: whoever took it may give it back, and memory holds hours of rows. */
  makeRoom(at: LogTime, place: WriterPlace, isFirst: boolean): void {
    this.#sealAfter = at.monotonic + limits.logSealRetryMs
    if (this.#sealer || isFirst) {
      this.#abandonSeal()
      return
    }
    try {
      const oldest = closedFiles(this.#directory.names(), place)[0]
      if (oldest) this.#delete({ file: oldest, why: 'free space' })
    } catch (error) {
      this.#failed(error, at)
    }
  }

  /** Leaves nothing half done. */
  close(): void {
    this.#abandonSeal()
  }

  #failed(error: unknown, at: LogTime): MaintainOutcome {
    const why = errorCode(error)
    if (why === undefined) throw error
    if (this.#sealer) this.#failedNumber = this.#sealer.number
    this.#trouble = why
    this.#abandonSeal()
    this.#sealAfter = at.monotonic + limits.logSealRetryMs
    return { kind: 'failed', why }
  }

  #seal(sealer: Sealer): MaintainOutcome {
    const step = sealer.step()
    if (step.kind === 'sealed') {
      this.#sealer = undefined
      this.#trouble = undefined
      this.#deleteFile(journalName(sealer.number))
    }
    return step
  }

  /** True where there is a journal to seal. */
  #beginSeal(names: readonly string[], place: WriterPlace): boolean {
    const journals = closedFiles(names, place).filter(
      ({ kind, number }) => kind === 'journal' && !this.#unsealable.has(number),
    )
    const journal = journals.find(({ number }) => number > this.#failedNumber) ?? journals[0]
    if (!journal) {
      this.#trouble = undefined
      return false
    }
    const following = logFiles(names).find(({ number }) => number > journal.number)
    const opened = openLogFile(this.#directory.file(journal.name))
    if (!opened.ok) {
      this.#unsealable.add(journal.number)
      return false
    }
    try {
      const next = this.#continuation(opened.file.header.stream, following, place)
      this.#sealer = new Sealer(this.#directory, opened.file, next)
    } catch (error) {
      opened.file.bytes.close()
      throw error
    }
    return true
  }

  /** Where a stream goes on after a file: in the `next` one, else with what the writer writes next. */
  #continuation(
    stream: number,
    next: LogFile | undefined,
    place: WriterPlace,
  ): Continuation | undefined {
    if (!next) return stream === place.stream ? place.after : undefined
    const opened = openLogFile(this.#directory.file(next.name))
    if (!opened.ok) return undefined
    opened.file.bytes.close()
    const { header } = opened.file
    if (header.stream !== stream) return undefined
    return { sequence: header.firstSequence, rowsBefore: header.rowsBefore }
  }

  #deletion(names: readonly string[], at: LogTime, place: WriterPlace): Deletion | undefined {
    const bytes = names
      .filter((name) => parseFileName(name))
      .reduce((sum, name) => sum + statSync(this.#directory.file(name)).blocks * 512, 0)
    const freeBytes = this.#directory.freeBytes()
    return nextDeletion({ closed: closedFiles(names, place), bytes, freeBytes }, this.rules, at)
  }

  #delete({ file, why }: Deletion): MaintainOutcome {
    this.#deleteFile(file.name)
    return { kind: 'deleted', name: file.name, why }
  }

  #deleteFile(name: string): void {
    unlinkSync(this.#directory.file(name))
    this.#directory.sync()
  }

  #abandonSeal(): void {
    this.#sealer?.abandon()
    this.#sealer = undefined
  }
}

/** What may be sealed and deleted: all but the open journal. */
const closedFiles = (names: readonly string[], place: WriterPlace) =>
  logFiles(names).filter(({ number }) => number < place.number)
