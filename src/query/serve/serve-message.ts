import { cleanText } from '../../model/clean-text.ts'
import { encodeFrame, type Frame } from '../../model/frame.ts'
import { count, MalformedError, object, text } from '../../model/json-fields.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { limits } from '../../model/limits.ts'
import { hostTime, millis, type HostTime, type Millis } from '../../model/quantity.ts'

/**
 * What a console says to a host's `serve --stdio`. Ids are the console's, and in use by one question or view at a time.
 * Questions, queries and answers travel as the bytes of their own codecs.
 */
export type AskerMessage =
  | { readonly kind: 'greeting'; readonly greeting: Greeting }
  /** `records`: for records, which come in pieces, each an answer. */
  | {
      readonly kind: 'ask' | 'records'
      readonly id: number
      readonly deadline: Millis
      readonly question: Uint8Array
    }
  | {
      readonly kind: 'watch'
      readonly id: number
      readonly every: Millis
      readonly query: Uint8Array
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'ping'; readonly id: number }

/** What a host says. */
export type ServerMessage =
  | { readonly kind: 'greeting'; readonly greeting: Greeting }
  /** The whole answer to a question, or one of many to a view. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Uint8Array }
  /** Of a question or view that gets no answer, or no more. */
  | { readonly kind: 'refused'; readonly id: number; readonly refusal: Refusal }
  | { readonly kind: 'pong'; readonly id: number; readonly at: HostTime }

/** The first message of each side. */
export interface Greeting {
  /** The newest and the oldest version of the protocol that it speaks. */
  readonly protocol: number
  readonly oldest: number
  /** Of the program. */
  readonly version: string
  /** Of a console: what it calls the host. Of a host: its own name for itself. */
  readonly host: string
  /** Its time. */
  readonly at: HostTime
}

export interface Refusal {
  /** A stable word for scripts. */
  readonly code: string
  readonly message: string
}

const kinds = {
  greeting: 1,
  ask: 2,
  watch: 3,
  cancel: 4,
  ping: 5,
  answer: 6,
  refused: 7,
  pong: 8,
  records: 9,
}

/** @throws RangeError where an answer is longer than a message may be */
export function encodeServe(message: AskerMessage | ServerMessage): Uint8Array {
  const kind = kinds[message.kind]
  const frame = (...parts: Uint8Array[]) =>
    encodeFrame(kind, Buffer.concat(parts), fleetLimits.serveFrameBytesMax)
  switch (message.kind) {
    case 'greeting':
      return frame(json(message.greeting))
    case 'ask':
    case 'records':
      return frame(u32(message.id), u32(message.deadline), message.question)
    case 'watch':
      return frame(u32(message.id), u32(message.every), message.query)
    case 'cancel':
    case 'ping':
      return frame(u32(message.id))
    case 'answer':
      return frame(u32(message.id), message.answer)
    case 'refused':
      return frame(u32(message.id), json(message.refusal))
    case 'pong':
      return frame(u32(message.id), f64(message.at))
  }
}

export type Decoded<T> =
  /** Undefined: a kind of a later version, which is skipped. */
  | { readonly ok: true; readonly message: T | undefined }
  | { readonly ok: false; readonly why: string }

export const decodeAsker = (frame: Frame): Decoded<AskerMessage> => decoded(frame, askerMessage)
export const decodeServer = (frame: Frame): Decoded<ServerMessage> => decoded(frame, serverMessage)

function decoded<T>(frame: Frame, decode: (frame: Frame) => T | undefined): Decoded<T> {
  try {
    return { ok: true, message: decode(frame) }
  } catch (error) {
    if (error instanceof MalformedError) return { ok: false, why: error.message }
    throw error
  }
}

function askerMessage({ kind, payload }: Frame): AskerMessage | undefined {
  const fields = new Fields(payload)
  switch (kind) {
    case kinds.greeting:
      return { kind: 'greeting', greeting: fields.json(greeting) }
    case kinds.ask:
    case kinds.records:
      return {
        kind: kind === kinds.ask ? 'ask' : 'records',
        id: fields.u32(),
        deadline: millis(fields.u32()),
        question: fields.rest(),
      }
    case kinds.watch:
      return { kind: 'watch', id: fields.u32(), every: millis(fields.u32()), query: fields.rest() }
    case kinds.cancel:
      return { kind: 'cancel', id: fields.u32() }
    case kinds.ping:
      return { kind: 'ping', id: fields.u32() }
    default:
      return undefined
  }
}

function serverMessage({ kind, payload }: Frame): ServerMessage | undefined {
  const fields = new Fields(payload)
  switch (kind) {
    case kinds.greeting:
      return { kind: 'greeting', greeting: fields.json(greeting) }
    case kinds.answer:
      return { kind: 'answer', id: fields.u32(), answer: fields.rest() }
    case kinds.refused:
      return { kind: 'refused', id: fields.u32(), refusal: fields.json(refusal) }
    case kinds.pong:
      return { kind: 'pong', id: fields.u32(), at: hostTime(fields.f64()) }
    default:
      return undefined
  }
}

const name = text((value) => cleanText(value, limits.nameLength))
const sentence = text((value) => cleanText(value, limits.sentenceLength))
const greeting = object<Greeting>({
  protocol: count,
  oldest: count,
  version: name,
  host: name,
  at: (value, where) => hostTime(count(value, where)),
})
const refusal = object<Refusal>({ code: name, message: sentence })

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function f64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

/** The fields of a payload, in their order. @throws MalformedError where one is not there */
class Fields {
  readonly #bytes: Buffer
  #at = 0

  constructor(payload: Uint8Array) {
    this.#bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#step(4))
  }

  f64(): number {
    const value = this.#bytes.readDoubleLE(this.#step(8))
    return count(value, 'time')
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at)
  }

  json<T>(check: (value: unknown, where: string) => T): T {
    const bytes = this.rest()
    if (bytes.length > fleetLimits.serveJsonBytesMax) throw new MalformedError('too much JSON')
    let value: unknown
    try {
      value = JSON.parse(new TextDecoder().decode(bytes))
    } catch (cause) {
      throw new MalformedError('not JSON', { cause })
    }
    return check(value, 'message')
  }

  #step(bytes: number): number {
    const at = this.#at
    if (at + bytes > this.#bytes.length) throw new MalformedError('a message is cut short')
    this.#at += bytes
    return at
  }
}
