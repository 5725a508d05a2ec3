import type { CaptureStatus, Loss } from '../model/capture-status.ts'
import type { FlowRecord } from '../model/flow.ts'
import { limits } from '../model/limits.ts'
import type { Hello, RecorderStatus } from '../model/live-message.ts'
import { hostTime } from '../model/quantity.ts'
import type { LiveWriter } from './live-writer.ts'

/** The state of the host at the end of a tick, for readers. */
export interface Tick {
  readonly status: RecorderStatus
  /** Rows of the flows that changed since the last tick. */
  readonly changes: readonly FlowRecord[]
  /** Rows of all live flows; called only if a reader needs them. */
  readonly rows: () => readonly FlowRecord[]
  /** Records that wait for the log; called for a reader that has come. */
  readonly waiting: () => readonly FlowRecord[]
}

/** A reader, and what it has missed. */
interface Attached {
  readonly writer: LiveWriter
  isNew: boolean
  /** Rows went past it: it needs all live ones again. */
  snapshotDue: boolean
  /** Flows that ended while it was behind, until there are too many. */
  endedUnseen: FlowRecord[]
  lost: Loss
}

/** Who watches the live flows at present. They come and go, and none of them holds up another or the recorder. */
export class LiveReaders {
  readonly #hello: Hello
  readonly #readers = new Set<Attached>()

  constructor(hello: Hello) {
    this.#hello = hello
  }

  get count(): number {
    return this.#readers.size
  }

  /**
   * Says hello, and tells all that is live: as of `tick`, or with the next one where there is none yet. Refuses,
   * saying so, where there are too many.
   */
  attach(writer: LiveWriter, tick: Tick | undefined): void {
    writer.send({ kind: 'hello', hello: this.#hello })
    if (this.#readers.size >= limits.liveReadersMax) {
      writer.send({ kind: 'failure', failure: tooMany })
      void writer.end()
      return
    }
    const lost: Loss = { reason: 'reader-behind', count: 0, last: hostTime(0) }
    const reader: Attached = { writer, isNew: true, snapshotDue: true, endedUnseen: [], lost }
    this.#readers.add(reader)
    writer.onGone(() => this.#readers.delete(reader))
    if (tick) tell(reader, tick, [])
  }

  tell(tick: Tick): void {
    const ended = tick.changes.filter((row) => row.endReason !== 'open')
    for (const reader of this.#readers) tell(reader, tick, ended)
  }

  /** Ends every stream once what was sent has been handed to the system. */
  async end(): Promise<void> {
    await Promise.all([...this.#readers].map(({ writer }) => writer.end()))
  }
}

const tooMany = {
  code: 'too-many-readers',
  message: `${limits.liveReadersMax} others watch this recorder already`,
  next: 'Close one of them.',
}

function tell(reader: Attached, tick: Tick, ended: readonly FlowRecord[]): void {
  const { writer } = reader
  if (writer.behind) return miss(reader, ended, tick.status)
  if (reader.isNew) writer.sendWaiting(tick.waiting())
  reader.isNew = false
  if (reader.snapshotDue) {
    writer.send({ kind: 'reset' })
    writer.sendFlows(tick.rows())
    writer.sendFlows([...reader.endedUnseen, ...ended])
    reader.snapshotDue = false
    reader.endedUnseen = []
  } else {
    writer.sendFlows(tick.changes)
  }
  writer.send({ kind: 'status', status: statusFor(reader, tick.status) })
}

/** Keeps what ended for later, but only so many rows, because the reader may never come back. */
function miss(reader: Attached, ended: readonly FlowRecord[], { at }: RecorderStatus): void {
  reader.snapshotDue = true
  reader.endedUnseen = reader.endedUnseen.concat(ended)
  const unseen = reader.endedUnseen.length
  if (unseen <= limits.endedFlowsMax) return
  reader.endedUnseen = []
  reader.lost = { ...reader.lost, count: reader.lost.count + unseen, last: at }
}

function statusFor({ lost }: Attached, status: RecorderStatus): RecorderStatus {
  if (lost.count === 0) return status
  const capture: CaptureStatus = { ...status.capture, lost: [...status.capture.lost, lost] }
  return { ...status, capture }
}
