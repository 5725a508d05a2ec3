import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { FrameReader, type Frame } from '../../model/frame.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import type { HostTime } from '../../model/quantity.ts'
import {
  askerLineBytes,
  markerOf,
  serverLine,
  whyNotUnderstood,
} from '../../query/serve/opening.ts'
import {
  decodeAsker,
  encodeServe,
  type AskerMessage,
  type Greeting,
  type ServerMessage,
} from '../../query/serve/serve-message.ts'
import { RefusedError, type Served } from './served.ts'

/** Where a console is heard and answered. */
export interface ConsoleStreams {
  readonly input: Readable
  readonly output: Writable
}

export interface ServeSettings {
  readonly greeting: Omit<Greeting, 'at'>
  readonly served: Served
  readonly now: () => HostTime
}

/** How a conversation ended: the console has gone, or it was not understood. */
export type ServeEnd =
  { readonly kind: 'gone' } | { readonly kind: 'misunderstood'; readonly why: string }

/** Answers one console until it goes, falls silent or cannot be understood. */
export function serveConsole(streams: ConsoleStreams, settings: ServeSettings): Promise<ServeEnd> {
  return new Conversation(streams, settings).end
}

type Asked = Extract<AskerMessage, { kind: 'ask' | 'records' }>

/** Kind and id. */
const answerHeadBytes = 5

class Conversation {
  readonly end: Promise<ServeEnd>
  readonly #console: ConsoleStreams
  readonly #settings: ServeSettings
  readonly #frames = new FrameReader(fleetLimits.serveFrameBytesMax)
  /** Questions and views that are not yet answered, by their ids. */
  readonly #open = new Map<number, AbortController>()
  readonly #waiting: Asked[] = []
  #opening: Buffer | undefined = Buffer.alloc(0)
  #calledAs = ''
  #running = 0
  #streams = 0
  #finish: (end: ServeEnd) => void = () => {}

  constructor(streams: ConsoleStreams, settings: ServeSettings) {
    this.#console = streams
    this.#settings = settings
    const { input, output } = streams
    const silence = setTimeout(() => this.#stop({ kind: 'gone' }), fleetLimits.serveSilenceMs)
    this.end = new Promise<ServeEnd>((resolve) => (this.#finish = resolve)).finally(() =>
      clearTimeout(silence),
    )
    input.on('data', (piece: Buffer) => {
      silence.refresh()
      this.#hear(piece)
    })
    for (const event of ['end', 'close', 'error'])
      input.once(event, () => this.#stop({ kind: 'gone' }))
    output.once('error', () => this.#stop({ kind: 'gone' }))
  }

  #stop(end: ServeEnd): void {
    for (const stop of this.#open.values()) stop.abort()
    this.#console.input.pause()
    this.#finish(end)
  }

  #misunderstood(why: string): void {
    this.#stop({ kind: 'misunderstood', why })
  }

  #hear(piece: Buffer): void {
    const rest = this.#opening === undefined ? piece : this.#findOpening(piece)
    if (rest === undefined || rest.length === 0) return
    const result = this.#frames.push(rest)
    if (result.kind === 'oversize')
      return this.#misunderstood(`a message of ${result.length} bytes is past the limit`)
    for (const frame of result.frames) this.#take(frame)
  }

  /** Waits for the console's first line; gives what came after it. */
  #findOpening(piece: Buffer): Buffer | undefined {
    const held = Buffer.concat([this.#opening!, piece])
    const end = held.indexOf('\n')
    if (end < 0 && held.length < askerLineBytes) {
      this.#opening = held
      return undefined
    }
    const marker = end < 0 ? undefined : markerOf(held.subarray(0, end).toString('latin1'))
    if (marker === undefined) {
      this.#misunderstood('it does not begin as an e2etop does; `e2etop -H HOST` is how to ask')
      return undefined
    }
    this.#opening = undefined
    this.#console.output.write(serverLine(marker))
    const at = this.#settings.now()
    this.#send({ kind: 'greeting', greeting: { ...this.#settings.greeting, at } })
    return held.subarray(end + 1)
  }

  #take(frame: Frame): void {
    const decoded = decodeAsker(frame)
    if (!decoded.ok) return this.#misunderstood(decoded.why)
    const { message } = decoded
    switch (message?.kind) {
      case 'greeting': {
        const why = whyNotUnderstood(message.greeting, 'the console')
        this.#calledAs = message.greeting.host
        return why === undefined ? undefined : this.#misunderstood(why)
      }
      case 'ask':
        return this.#ask(message)
      case 'watch':
        return void this.#stream(message.id, (stop) =>
          this.#settings.served.watch(message.query, message.every, stop),
        )
      case 'records':
        return void this.#stream(message.id, (stop) =>
          this.#settings.served.records({ ...message, stop, as: this.#calledAs }),
        )
      case 'cancel':
        return this.#cancel(message.id)
      case 'ping':
        return this.#send({ kind: 'pong', id: message.id, at: this.#settings.now() })
      case undefined:
    }
  }

  #ask(asked: Asked): void {
    if (this.#open.has(asked.id)) return this.#misunderstood(`the id ${asked.id} is in use`)
    if (
      this.#running >= fleetLimits.serveRunningMax &&
      this.#waiting.length >= fleetLimits.serveWaitingMax
    ) {
      const message = `it works on ${this.#running} questions and ${this.#waiting.length} wait`
      return this.#send({ kind: 'refused', id: asked.id, refusal: { code: 'busy', message } })
    }
    this.#open.set(asked.id, new AbortController())
    this.#waiting.push(asked)
    this.#startNext()
  }

  #startNext(): void {
    if (this.#running >= fleetLimits.serveRunningMax) return
    const asked = this.#waiting.shift()
    const stop = asked && this.#open.get(asked.id)
    if (!stop) return
    this.#running += 1
    void this.#answer(asked, stop.signal).finally(() => {
      this.#running -= 1
      this.#open.delete(asked.id)
      this.#startNext()
    })
  }

  async #answer({ id, question, deadline }: Asked, stop: AbortSignal): Promise<void> {
    try {
      const as = this.#calledAs
      this.#sendAnswer(id, await this.#settings.served.answer({ question, deadline, stop, as }))
    } catch (error) {
      this.#refuse(id, error)
    }
  }

  /** Answers again and again, to a view or with pieces. */
  async #stream(
    id: number,
    begin: (stop: AbortSignal) => AsyncIterable<Uint8Array>,
  ): Promise<void> {
    if (this.#open.has(id)) return this.#misunderstood(`the id ${id} is in use`)
    if (this.#streams >= fleetLimits.serveStreamsMax) {
      const message = `it gives this console ${this.#streams} lists and live views already`
      return this.#send({ kind: 'refused', id, refusal: { code: 'busy', message } })
    }
    const { signal } = this.#opened(id)
    this.#streams += 1
    try {
      for await (const answer of begin(signal)) {
        if (signal.aborted) break
        this.#sendAnswer(id, answer)
        // A console that reads slowly gets fewer answers, never older ones.
        if (this.#console.output.writableNeedDrain)
          await once(this.#console.output, 'drain', { signal }).catch(() => {})
        if (signal.aborted) break
      }
      const message = 'there is no more'
      this.#send({ kind: 'refused', id, refusal: { code: 'ended', message } })
    } catch (error) {
      this.#refuse(id, error)
    } finally {
      this.#streams -= 1
      this.#open.delete(id)
    }
  }

  #opened(id: number): AbortController {
    const stop = new AbortController()
    this.#open.set(id, stop)
    return stop
  }

  /** What is being worked on is answered as far as it got; what waits is dropped. */
  #cancel(id: number): void {
    this.#open.get(id)?.abort()
    const at = this.#waiting.findIndex((asked) => asked.id === id)
    if (at < 0) return
    this.#waiting.splice(at, 1)
    this.#open.delete(id)
  }

  #sendAnswer(id: number, answer: Uint8Array): void {
    if (answer.length <= fleetLimits.serveFrameBytesMax - answerHeadBytes)
      return this.#send({ kind: 'answer', id, answer })
    const message = `its answer has ${answer.length} bytes, past the limit; ask for fewer groups`
    this.#send({ kind: 'refused', id, refusal: { code: 'too long', message } })
  }

  #refuse(id: number, error: unknown): void {
    if (!(error instanceof RefusedError)) throw error
    this.#send({ kind: 'refused', id, refusal: error.refusal })
  }

  #send(message: ServerMessage): void {
    this.#console.output.write(encodeServe(message))
  }
}
