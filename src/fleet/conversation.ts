import { randomBytes } from 'node:crypto'
import { cleanText } from '../model/clean-text.ts'
import { FrameReader, type Frame } from '../model/frame.ts'
import { fleetLimits } from '../model/fleet-limits.ts'
import { limits } from '../model/limits.ts'
import { millis, type Millis } from '../model/quantity.ts'
import { askerLine, markerDigits, OpeningSearch, whyNotUnderstood } from '../query/serve/opening.ts'
import {
  decodeServer,
  encodeServe,
  type AskerMessage,
  type Greeting,
  type ServerMessage,
} from '../query/serve/serve-message.ts'
import { ClockOffset } from './clock-offset.ts'
import type { HostLink } from './host-link.ts'
import type { Loss, Reply, Stream } from './reply.ts'

interface Pending {
  readonly take: (reply: Reply) => void
  /** A view stays after an answer. */
  readonly stays: boolean
}

/** How long a host may take, beyond what it was given, to say what it has. */
const deadlineSlackMs = 500

/** No question has this id. */
const greetingId = 0

/**
 * The console's side of one host's `e2etop serve --stdio`. Whatever the host says, no more is held of it than a message;
 * a host that breaks the rules is left, and harms nobody else.
 */
export class HostConversation {
  /** The host's greeting, or why there is none. */
  readonly opened: Promise<Greeting | Loss>
  readonly clock: ClockOffset
  readonly #link: HostLink
  readonly #now: () => number
  readonly #search: OpeningSearch
  readonly #frames = new FrameReader(fleetLimits.serveFrameBytesMax)
  readonly #pending = new Map<number, Pending>()
  #ids = 0
  #opening = true
  #greeting: Greeting | undefined
  #loss: Loss | undefined
  #heardAt: number
  readonly #beat: NodeJS.Timeout
  #settle: (opened: Greeting | Loss) => void = () => {}

  constructor(link: HostLink, greeting: Greeting, now: () => number = () => performance.now()) {
    this.#link = link
    this.#now = now
    this.#heardAt = now()
    this.clock = new ClockOffset(now)
    const marker = randomBytes(markerDigits / 2).toString('hex')
    this.#search = new OpeningSearch(marker)
    this.opened = new Promise((resolve) => (this.#settle = resolve))
    link.fromHost.on('data', (piece: Buffer) => this.#hear(piece))
    link.toHost.on('error', () => {})
    void link.ended.then((end) => this.#lose({ kind: 'ended', end, spoke: !this.#opening }))
    link.toHost.write(askerLine(marker))
    this.clock.asked(greetingId)
    this.#send({ kind: 'greeting', greeting })
    this.#beat = setInterval(() => this.#keepAlive(), fleetLimits.fleetBeatMs)
  }

  /** Set once nothing more can be asked. */
  get loss(): Loss | undefined {
    return this.#loss
  }

  /** The host is given `deadline` for it, and says what it has found by then, or at the interrupt. */
  ask(question: Uint8Array, deadline: Millis, interrupted?: AbortSignal): Promise<Reply> {
    if (this.#loss) return Promise.resolve({ kind: 'lost', loss: this.#loss })
    const id = this.#nextId()
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#drop(id)
        take({ kind: 'late' })
      }
      let late = setTimeout(giveUp, deadline + deadlineSlackMs)
      const hurry = () => {
        this.#send({ kind: 'cancel', id })
        clearTimeout(late)
        late = setTimeout(giveUp, deadlineSlackMs)
      }
      const take = (reply: Reply) => {
        clearTimeout(late)
        interrupted?.removeEventListener('abort', hurry)
        resolve(reply)
      }
      interrupted?.addEventListener('abort', hurry, { once: true })
      this.#pending.set(id, { take, stays: false })
      this.#send({ kind: 'ask', id, deadline, question })
    })
  }

  /** Calls `take` with each answer until `leave` is called, and with what ended it. */
  watch(query: Uint8Array, every: Millis, take: (reply: Reply) => void): Stream {
    return this.#stream(take, (id) => ({ kind: 'watch', id, every, query }))
  }

  /** The same with each piece of records. */
  records(question: Uint8Array, deadline: Millis, take: (reply: Reply) => void): Stream {
    return this.#stream(take, (id) => ({ kind: 'records', id, deadline, question }))
  }

  /** Lets the host wait: nothing more is read of it. */
  pause(): void {
    this.#link.fromHost.pause()
  }

  resume(): void {
    this.#link.fromHost.resume()
  }

  close(): void {
    this.#lose({ kind: 'closed' })
  }

  #stream(take: Pending['take'], message: (id: number) => AskerMessage): Stream {
    const id = this.#nextId()
    if (this.#loss) take({ kind: 'lost', loss: this.#loss })
    else {
      this.#pending.set(id, { take, stays: true })
      this.#send(message(id))
    }
    return { leave: () => this.#drop(id) }
  }

  #nextId(): number {
    this.#ids = (this.#ids % 0xffff_ffff) + 1
    return this.#ids
  }

  #drop(id: number): void {
    if (this.#pending.delete(id) && !this.#loss) this.#send({ kind: 'cancel', id })
  }

  #hear(piece: Buffer): void {
    if (this.#loss) return
    this.#heardAt = this.#now()
    let rest: Uint8Array = piece
    if (this.#opening) {
      const found = this.#search.push(piece)
      if (found.kind === 'wait') return
      if (found.kind === 'too much noise')
        return this.#misunderstood(
          `it said ${fleetLimits.serveNoiseBytesMax} bytes that are not e2etop's`,
        )
      this.#opening = false
      rest = found.rest
    }
    const result = this.#frames.push(rest)
    if (result.kind === 'oversize')
      return this.#misunderstood(`a message of ${result.length} bytes is past the limit`)
    for (const frame of result.frames) this.#take(frame)
  }

  #take(frame: Frame): void {
    const decoded = decodeServer(frame)
    if (!decoded.ok) return this.#misunderstood(decoded.why)
    if (!decoded.message) return
    if (!this.#greeting) return this.#greeted(decoded.message)
    const { message } = decoded
    switch (message.kind) {
      case 'greeting':
        return this.#misunderstood('it greets twice')
      case 'pong':
        return this.clock.answered(message.id, message.at)
      case 'answer':
        return this.#reply(message.id, { kind: 'answer', answer: message.answer })
      case 'refused': {
        const { code, message: why } = message.refusal
        return this.#reply(message.id, { kind: 'refused', code, why })
      }
    }
  }

  #greeted(message: ServerMessage): void {
    if (message.kind !== 'greeting') return this.#misunderstood('it does not greet')
    const why = whyNotUnderstood(message.greeting, 'it')
    if (why !== undefined) return this.#misunderstood(why)
    this.#greeting = message.greeting
    this.clock.answered(greetingId, message.greeting.at)
    this.#ping()
    this.#settle(message.greeting)
  }

  /** What nobody waits for any more came too late. */
  #reply(id: number, reply: Reply): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    if (!pending.stays || reply.kind !== 'answer') this.#pending.delete(id)
    pending.take(reply)
  }

  #keepAlive(): void {
    const silent = this.#now() - this.#heardAt
    if (silent > fleetLimits.fleetSilenceMs) this.#lose({ kind: 'silent', after: millis(silent) })
    else if (this.#greeting) this.#ping()
  }

  #ping(): void {
    const id = this.#nextId()
    this.clock.asked(id)
    this.#send({ kind: 'ping', id })
  }

  #misunderstood(why: string): void {
    this.#lose({ kind: 'misunderstood', why: cleanText(why, limits.sentenceLength) })
  }

  #lose(loss: Loss): void {
    if (this.#loss) return
    this.#loss = loss
    clearInterval(this.#beat)
    this.#settle(loss)
    const waiting = [...this.#pending.values()]
    this.#pending.clear()
    for (const { take } of waiting) take({ kind: 'lost', loss })
    this.#link.close()
  }

  #send(message: AskerMessage): void {
    this.#link.toHost.write(encodeServe(message))
  }
}
