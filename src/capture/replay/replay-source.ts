import type { CaptureStatus } from '../../model/capture-status.ts'
import { limits } from '../../model/limits.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { FlowSample, SampleSink } from '../../model/sample.ts'
import { CaptureError } from '../capture-error.ts'
import { Losses } from '../losses.ts'
import type { CaptureSource } from '../source.ts'
import { LineReader, type Line } from './line-reader.ts'
import { decodeLine, shifted, type RecordedSample, type RecordedStatus } from './recording.ts'

export interface ReplayOptions {
  /**
   * `recorded`: by the clock, as it was (the default). `asked`: each poll plays the next second of the recording,
   * however soon it comes, for tests and benchmarks.
   */
  readonly pace?: 'recorded' | 'asked'
  /** Begin again at the end, as other flows. */
  readonly repeat?: boolean
  readonly now?: () => HostTime
}

const secondMs = 1000
/** Malformed lines that the status names; the rest are counted. */
const linesNamedMax = 8

interface Due {
  readonly at: number
  readonly sample: RecordedSample
}

/**
 * Plays a recording of samples. Its flows keep the distances in time that they had, from now on. Throws
 * `CaptureError` `replay` where the file cannot be read or does not begin with a status.
 */
export function openReplaySource(path: string, options: ReplayOptions = {}): CaptureSource {
  let lines: LineReader | undefined
  try {
    lines = new LineReader(path, limits.recordedLineBytesMax)
    return new ReplaySource(lines, statusOf(path, lines.next()), options)
  } catch (cause) {
    lines?.close()
    throw cause instanceof CaptureError ? cause : notReadable(path, cause)
  }
}

function statusOf(path: string, first: Line | undefined): RecordedStatus {
  const line = first?.kind === 'line' ? decodeLine(first.text) : undefined
  if (line?.kind === 'status') return line.status
  const why = line?.kind === 'malformed' ? line.why : 'its first line is no status'
  throw new CaptureError(
    'replay',
    `${path} is not a recording of samples: ${why}`,
    'give a file that e2etop has recorded (--record-samples)',
  )
}

function notReadable(path: string, cause: unknown): CaptureError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new CaptureError(
    'replay',
    `the recording cannot be read: ${why}`,
    `check that ${path} exists and may be read`,
    cause,
  )
}

class ReplaySource implements CaptureSource {
  readonly #lines: LineReader
  readonly #recorded: RecordedStatus
  readonly #pace: 'recorded' | 'asked'
  readonly #repeat: boolean
  readonly #now: () => HostTime
  readonly #since: HostTime
  readonly #losses = new Losses()
  readonly #malformed: string[] = []
  /** How far the recording is played, in ms since it began, earlier rounds included. */
  #played = 0
  #next: Due | undefined
  #round = 0
  /** Where this round's beginning lies on the scale of `#played`, and the last time in it. */
  #roundStart = 0
  #roundEnd = 0

  constructor(lines: LineReader, recorded: RecordedStatus, options: ReplayOptions) {
    this.#lines = lines
    this.#recorded = recorded
    this.#pace = options.pace ?? 'recorded'
    this.#repeat = options.repeat ?? false
    this.#now = options.now ?? (() => hostTime(Date.now()))
    this.#since = this.#now()
    this.#next = this.#read()
  }

  /** Gives the flows that ended, up to the first due sample of one that goes on: order within a flow matters more. */
  drain(sink: SampleSink): void {
    if (this.#pace === 'recorded') this.#play(this.#now() - this.#since, sink, isClosed)
  }

  poll(sink: SampleSink): void {
    this.#played = this.#pace === 'recorded' ? this.#now() - this.#since : this.#played + secondMs
    this.#play(this.#played, sink, isAny)
  }

  status(): CaptureStatus {
    return {
      source: 'replay',
      since: this.#since,
      sees: this.#recorded.sees,
      blind: [
        'These are recorded samples, not what this host does now.',
        ...this.#recorded.blind,
        ...this.#malformed,
      ],
      lost: this.#losses.list(),
      interfaces: this.#recorded.interfaces,
    }
  }

  close(): void {
    this.#lines.close()
  }

  #play(until: number, sink: SampleSink, isWanted: (sample: RecordedSample) => boolean): void {
    while (this.#next && this.#next.at + this.#roundStart <= until && isWanted(this.#next.sample)) {
      sink(this.#placed(this.#next.sample))
      this.#next = this.#read()
    }
  }

  /** A recorded sample at its place in time now; another round's flows are other flows. */
  #placed(sample: RecordedSample): FlowSample {
    const zero = this.#since + this.#roundStart
    return {
      ...sample,
      cookieHigh: (sample.cookieHigh ^ (this.#round << 16)) >>> 0,
      owner: shifted(sample.owner, zero),
      actor: sample.actor && shifted(sample.actor, zero),
      first: hostTime(sample.first + zero),
      last: hostTime(sample.last + zero),
    }
  }

  /** The next whole sample; undefined at the end. */
  #read(): Due | undefined {
    for (;;) {
      const line = this.#lines.next()
      if (!line) {
        if (!this.#beginAgain()) return undefined
        continue
      }
      const decoded = line.kind === 'line' ? decodeLine(line.text) : { kind: line.kind }
      switch (decoded.kind) {
        case 'sample':
          this.#roundEnd = Math.max(this.#roundEnd, decoded.at)
          return decoded
        case 'status':
          break
        case 'too-long':
          this.#refuse(line.number, `longer than ${limits.recordedLineBytesMax} bytes`)
          break
        case 'malformed':
          this.#refuse(line.number, decoded.why)
          break
      }
    }
  }

  /** A round without a sample is not repeated, for it would never end. */
  #beginAgain(): boolean {
    if (!this.#repeat || this.#roundEnd === 0) return false
    this.#round += 1
    this.#roundStart += this.#roundEnd + secondMs
    this.#roundEnd = 0
    this.#lines.rewind()
    return true
  }

  #refuse(number: number, why: string): void {
    if (this.#round > 0) return
    this.#losses.add('malformed-line', 1, this.#now())
    if (this.#malformed.length < linesNamedMax)
      this.#malformed.push(`Line ${number} of the recording was left out: ${why}.`)
  }
}

const isClosed = (sample: RecordedSample) => sample.closed
const isAny = () => true
