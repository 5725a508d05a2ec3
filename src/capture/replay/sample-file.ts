import { closeSync, openSync, writeSync } from 'node:fs'
import { CaptureError } from '../capture-error.ts'

/** The file that samples are recorded to. A disk that fills ends the recording, not the capture. */
export class SampleFile {
  readonly #fd: number
  #failure: string | undefined

  /** Makes or empties the file. Throws `CaptureError` `record-samples`. */
  constructor(path: string) {
    try {
      this.#fd = openSync(path, 'w', 0o600)
    } catch (cause) {
      throw new CaptureError(
        'record-samples',
        `samples cannot be recorded: ${messageOf(cause)}`,
        'name a file in a directory that you may write to',
        cause,
      )
    }
  }

  /** A sentence once writing has failed; nothing is written after that. */
  get failure(): string | undefined {
    return this.#failure
  }

  writeLine(line: string): void {
    if (this.#failure !== undefined) return
    try {
      writeSync(this.#fd, `${line}\n`)
    } catch (error) {
      this.#failure = `Samples are no longer recorded: ${messageOf(error)}.`
    }
  }

  close(): void {
    closeSync(this.#fd)
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
