import type { Readable } from 'node:stream'
import type { FlowRecord } from '../model/flow.ts'
import { FrameReader, type Frame } from '../model/frame.ts'
import {
  decodeLive,
  liveProtocol,
  type Hello,
  type LiveMessage,
  type RecorderStatus,
  type RecordingStatus,
} from '../model/live-message.ts'
import { hostTime, type HostTime, type Millis } from '../model/quantity.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import type { Answer, AnswerRows, Coverage, Query, Session } from '../query/session.ts'
import { asksForInterfaces } from '../query/interfaces.ts'
import { whereaboutsTold } from '../query/whereabouts.ts'
import { HostError } from './host-error.ts'
import { InterfaceTable } from './interface-table.ts'
import { LiveMirror, type MirrorRules } from './live-mirror.ts'

/** Why the stream will bring nothing more. */
interface StreamEnd {
  readonly code: string
  readonly message: string
  readonly next: string
}

const keepLog = 'Keep a log with `sudo e2etop install-service`.'

/** A recorder that ran before the session came. */
export interface Attached {
  /** Flows that ended before `at`, and since when they are all. */
  readonly past: (
    recording: RecordingStatus | undefined,
    at: HostTime,
    waiting: readonly FlowRecord[],
  ) => { readonly from: HostTime; readonly flows: readonly FlowRecord[] }
}

/**
 * Answers queries from a recorder's live stream (a pipe or a unix socket). The stream is read whether or not anyone
 * asks, so a slow screen never holds up the recorder.
 */
export class LiveSession implements Session {
  readonly #stream: Readable
  readonly #reader = new FrameReader()
  readonly #mirror: LiveMirror
  readonly #attached: Attached | undefined
  readonly #interfaces = new InterfaceTable()
  #hello: Hello | undefined
  #waitingRecords: FlowRecord[] = []
  /** Since when the rows are whole; 0 before the first tick. */
  #since = hostTime(0)
  #status: RecorderStatus | undefined
  #end: StreamEnd | undefined
  #waiting: (() => void)[] = []

  constructor(stream: Readable, rules: MirrorRules, attached?: Attached) {
    this.#stream = stream
    this.#attached = attached
    this.#mirror = new LiveMirror(rules)
    stream.on('data', (piece: Uint8Array) => this.#read(piece))
    stream.on('error', (error) =>
      this.#stop('stream', `the recorder's stream failed: ${error.message}`),
    )
    stream.on('close', () => this.#stop('ended', 'the recorder has ended'))
  }

  /** Waits for the first whole tick. @throws HostError where the recorder never came to one. */
  async ask(query: Query): Promise<Answer> {
    if (query.range) throw new HostError('no log', 'what is past is not recorded here', keepLog)
    while (!this.#status && !this.#end) await this.#change()
    if (!this.#status) throw hostError(this.#end)
    return this.#answer(query, this.#status)
  }

  /** Ends after the answer that is marked stale. @throws HostError as `ask`. */
  async *watch(query: Query, every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    let next = -Infinity
    const wake = () => this.#wake()
    left?.addEventListener('abort', wake)
    try {
      for (;;) {
        const { coverage, rows } = await this.ask(query)
        if (coverage.to >= next || coverage.stale !== undefined) {
          yield { coverage, rows }
          // Half a period of slack: ticks of a 1 Hz recorder come a few ms early or late.
          next = coverage.to + every / 2
          if (coverage.stale !== undefined) return
        }
        if (left?.aborted) return
        await this.#change()
        if (left?.aborted) return
      }
    } finally {
      left?.removeEventListener('abort', wake)
    }
  }

  close(): void {
    this.#stream.destroy()
  }

  #answer(query: Query, status: RecorderStatus): Answer {
    return { rows: this.#rows(query), coverage: this.#coverage(query, status) }
  }

  #rows(query: Query): AnswerRows {
    switch (query.kind) {
      case 'flows':
        return { kind: 'flows', flows: this.#mirror.flows(query.where) }
      case 'totals':
        return {
          kind: 'totals',
          groups: this.#mirror.totals(query.by, this.#hello?.host ?? '', query.where).groups(),
        }
    }
  }

  #coverage(query: Query, { at, capture, recording }: RecorderStatus): Coverage {
    const { where } = query
    const { flows, flowsUntested } = this.#mirror.letGo(where)
    const whereabouts = whereaboutsTold(query)
    return {
      host: this.#hello?.host ?? '',
      from: this.#since,
      to: at,
      capture,
      attached: this.#attached !== undefined,
      gaps: recording?.gaps.filter(({ to }) => to >= this.#since) ?? [],
      flowsLetGo: flows,
      ...(where ? { filter: { text: formatFilter(where), flowsUntested } } : {}),
      ...(asksForInterfaces(query)
        ? {
            interfaces: this.#interfaces.of({
              capture,
              at,
              flows: this.#mirror.flows(),
            }),
          }
        : {}),
      ...(recording && recording.trouble !== '' ? { unkept: unkept(recording) } : {}),
      ...(whereabouts && { whereabouts: [whereabouts] }),
      stale: this.#end?.message,
    }
  }

  #read(piece: Uint8Array): void {
    const result = this.#reader.push(piece)
    if (result.kind === 'oversize')
      return this.#refuse(`a frame of ${result.length} bytes is past the limit`)
    for (const frame of result.frames) this.#take(frame)
  }

  #take(frame: Frame): void {
    const decoded = decodeLive(frame)
    if (!decoded.ok) return this.#refuse(decoded.why)
    if (decoded.message) this.#apply(decoded.message)
  }

  #apply(message: LiveMessage): void {
    switch (message.kind) {
      case 'hello':
        if (message.hello.protocol > liveProtocol)
          return this.#refuse(`it speaks version ${message.hello.protocol} of the live stream`)
        this.#hello = message.hello
        return
      case 'flows':
        return this.#mirror.update(message.flows)
      case 'reset':
        return this.#mirror.reset()
      case 'waiting':
        this.#waitingRecords.push(...message.records)
        return
      case 'status':
        if (!this.#status) this.#since = this.#begin(message.status)
        this.#status = message.status
        this.#mirror.endTick(message.status.at)
        return this.#wake()
      case 'failure':
        this.#end ??= message.failure
        return this.#wake()
    }
  }

  /** At the first tick: what ended before it comes from the recorder's log. Gives the time from which on all is here. */
  #begin({ at, capture, recording }: RecorderStatus): HostTime {
    if (!this.#attached) return capture.since
    const past = this.#attached.past(recording, at, this.#waitingRecords)
    this.#waitingRecords = []
    this.#mirror.addPast(past.flows)
    return past.from
  }

  /** What came cannot be trusted or found any more; rows taken so far stay. */
  #refuse(why: string): void {
    this.#stop('protocol', `the recorder's stream is not understood: ${why}`)
    this.#stream.destroy()
  }

  #stop(code: string, message: string): void {
    this.#end ??= { code, message, next: 'Start e2etop again; `e2etop doctor` checks this host.' }
    this.#wake()
  }

  #change(): Promise<void> {
    if (this.#end) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

function hostError(end: StreamEnd | undefined): HostError {
  if (!end) throw new Error('no status and no end')
  return new HostError(end.code, end.message, end.next)
}

const unkept = ({ trouble, waiting, directory }: RecordingStatus) =>
  `The log ${directory} cannot be written: ${trouble}. ${waiting} records wait in the recorder's memory.`
