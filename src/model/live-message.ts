import { decodeCaptureStatus, type CaptureStatus } from './capture-status.ts'
import { cleanText } from './clean-text.ts'
import type { FlowRecord } from './flow.ts'
import { decodeFlows, encodeFlows } from './flow-block.ts'
import { encodeFrame, type Frame } from './frame.ts'
import { decodeGap, type Gap } from './gap.ts'
import { count, list, MalformedError, object, text, type Check } from './json-fields.ts'
import { limits } from './limits.ts'
import { hostTime, millis, type HostTime, type Millis } from './quantity.ts'

/** Version of the live stream; a reader refuses a newer one. */
export const liveProtocol = 1

/** What a recorder says to whoever watches it, in this order: hello, then per tick reset? waiting*
 *  flows* status; or failure. */
export type LiveMessage =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'flows'; readonly flows: readonly FlowRecord[] }
  /** The reader was behind and has missed rows: the flows of this tick are all that are open. */
  | { readonly kind: 'reset' }
  /**
   * What the log does not hold yet, told once to a reader that has come: records that are due, and (with the end reason
   * `open`) what open flows did since their last record.
   */
  | { readonly kind: 'waiting'; readonly records: readonly FlowRecord[] }
  | { readonly kind: 'status'; readonly status: RecorderStatus }
  | { readonly kind: 'failure'; readonly failure: Failure }

export interface Hello {
  readonly protocol: number
  readonly version: string
  readonly host: string
  readonly bootId: string
}

/** Closes a tick: the flows before it are the state of the host at `at`. */
export interface RecorderStatus {
  readonly at: HostTime
  readonly capture: CaptureStatus
  readonly liveFlows: number
  /** Of the recorder process since its start. */
  readonly cpuMs: number
  readonly rssBytes: number
  /** Undefined of a recorder that keeps no log. */
  readonly recording: RecordingStatus | undefined
}

/** How a recorder's log is doing. */
export interface RecordingStatus {
  readonly since: HostTime
  /** Tells the log's rows of this run of the recorder from those of others. */
  readonly run: number
  /** The log's absolute path. */
  readonly directory: string
  /** Written since the recorder's start. */
  readonly records: number
  readonly bytes: number
  /** Records that are due and not yet written. */
  readonly waiting: number
  /** When the log was last written to; 0: not yet. */
  readonly writtenAt: HostTime
  readonly exportTimer: Millis
  readonly retention: Retention
  /** Why the log cannot be written to at present; '' where it can. */
  readonly trouble: string
  /** Why files of the log can be neither sealed nor deleted at present; '' where they can. */
  readonly upkeepTrouble: string
  /** In this run's log, or due for it; the time before it counts. Past a limit some are told as one. */
  readonly gaps: readonly Gap[]
}

/** The oldest records go as soon as one of these is passed. */
export interface Retention {
  readonly days: number
  /** The log's own size on disk. */
  readonly bytes: number
  /** Left free on the log's file system for others. */
  readonly freeBytes: number
}

/** Why there is nothing to watch, and what the operator can do. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly next: string
}

const kinds = { hello: 1, flows: 2, status: 3, failure: 4, reset: 5, waiting: 6 } as const

export function encodeLive(message: LiveMessage): Uint8Array {
  switch (message.kind) {
    case 'hello':
      return encodeFrame(kinds.hello, json(message.hello))
    case 'flows':
      return encodeFrame(kinds.flows, encodeFlows(message.flows))
    case 'waiting':
      return encodeFrame(kinds.waiting, encodeFlows(message.records))
    case 'reset':
      return encodeFrame(kinds.reset, new Uint8Array())
    case 'status':
      return encodeFrame(kinds.status, json(message.status))
    case 'failure':
      return encodeFrame(kinds.failure, json(message.failure))
  }
}

export type DecodedLive =
  | { readonly ok: true; readonly message: LiveMessage }
  /** A kind of a later version: skipped. */
  | { readonly ok: true; readonly message: undefined }
  | { readonly ok: false; readonly why: string }

export function decodeLive(frame: Frame): DecodedLive {
  try {
    switch (frame.kind) {
      case kinds.hello:
        return { ok: true, message: { kind: 'hello', hello: hello(parse(frame), 'hello') } }
      case kinds.status:
        return { ok: true, message: { kind: 'status', status: status(parse(frame), 'status') } }
      case kinds.failure:
        return { ok: true, message: { kind: 'failure', failure: failure(parse(frame), 'failure') } }
      case kinds.reset:
        return { ok: true, message: { kind: 'reset' } }
      case kinds.flows: {
        const decoded = decodeFlows(frame.payload)
        if (!decoded.ok) return { ok: false, why: `flows: ${decoded.damage}` }
        return { ok: true, message: { kind: 'flows', flows: decoded.flows } }
      }
      case kinds.waiting: {
        const decoded = decodeFlows(frame.payload)
        if (!decoded.ok) return { ok: false, why: `waiting: ${decoded.damage}` }
        return { ok: true, message: { kind: 'waiting', records: decoded.flows } }
      }
      default:
        return { ok: true, message: undefined }
    }
  } catch (error) {
    if (error instanceof MalformedError) return { ok: false, why: error.message }
    throw error
  }
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

function parse(frame: Frame): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(frame.payload))
  } catch (cause) {
    throw new MalformedError('not JSON', { cause })
  }
}

const name = text((value) => cleanText(value, limits.nameLength))
const sentence = text((value) => cleanText(value, limits.sentenceLength))
const time: Check<HostTime> = (value, where) => hostTime(count(value, where))

const hello = object<Hello>({ protocol: count, version: name, host: name, bootId: name })
const span: Check<Millis> = (value, where) => millis(count(value, where))
const recording = object<RecordingStatus>({
  since: time,
  run: count,
  directory: text((value) => cleanText(value, limits.pathLength)),
  records: count,
  bytes: count,
  waiting: count,
  writtenAt: time,
  exportTimer: span,
  retention: object<Retention>({ days: count, bytes: count, freeBytes: count }),
  trouble: sentence,
  // A recorder that was started before an upgrade does not say.
  upkeepTrouble: (value, where) => (value === undefined ? '' : sentence(value, where)),
  gaps: list(decodeGap, limits.gapsToldMax),
})
const status = object<RecorderStatus>({
  at: time,
  capture: decodeCaptureStatus,
  liveFlows: count,
  cpuMs: count,
  rssBytes: count,
  recording: (value, where) => (value === undefined ? undefined : recording(value, where)),
})
const failure = object<Failure>({ code: name, message: sentence, next: sentence })
