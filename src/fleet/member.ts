import { fleetLimits } from '../model/fleet-limits.ts'
import { limits } from '../model/limits.ts'
import { hostTime, type Millis } from '../model/quantity.ts'
import type { HostMark } from '../query/host-mark.ts'
import type { Greeting } from '../query/serve/serve-message.ts'
import { HostConversation } from './conversation.ts'
import type { Loss, Reply } from './reply.ts'
import type { MeasuredOffset } from './clock-offset.ts'
import { silenceOf, type LastingSilence, type Silence } from './silence.ts'
import type { Place } from './gate.ts'
import type { ConnectOutcome, SshConnection } from './ssh/connect-outcome.ts'

export interface MemberSettings {
  readonly connect: (name: string) => Promise<ConnectOutcome>
  /** Lets only so many hosts be opened at once. */
  readonly inTurn: <T>(work: (place: Place) => Promise<T>) => Promise<T>
  /** Told how many ms a host took from the login to its first word; of one that is slow each time, the first time only. */
  readonly onBegun: (ms: number) => void
  /** What to run on the host. */
  readonly command: string
  readonly greeting: Omit<Greeting, 'host' | 'at'>
  readonly markOf?: (name: string) => HostMark | undefined
}

/** What a host said to a question. */
export type Told =
  | { readonly kind: 'answer'; readonly answer: Uint8Array }
  | { readonly kind: 'silent'; readonly silence: Silence }

type Opened =
  | {
      readonly kind: 'open'
      readonly connection: SshConnection
      readonly conversation: HostConversation
      readonly greeting: Greeting
    }
  | FailedOpening

export interface FailedOpening {
  readonly kind: 'failed'
  readonly silence: Silence
  /** Logged in, though its e2etop does not talk. */
  readonly connection: SshConnection | undefined
}

/** One host of a fleet: connected when first asked, connected anew after it was lost, each time after a longer pause. */
export class FleetMember {
  readonly name: string
  readonly #settings: MemberSettings
  #opened: Promise<Opened> | undefined
  #conversation: HostConversation | undefined
  /** Logged in, and its e2etop has not spoken yet. */
  #beginning: SshConnection | undefined
  #greeting: Greeting | undefined
  #silence: LastingSilence | undefined
  #note = ''
  #failures = 0
  #triedAt = -Infinity
  #isConnecting = false
  #isSlow = false

  constructor(name: string, settings: MemberSettings) {
    this.name = name
    this.#settings = settings
  }

  /** How its clock stands to ours; undefined before it was heard. */
  get offset(): MeasuredOffset | undefined {
    return this.#conversation?.clock.measured
  }

  get version(): string | undefined {
    return this.#greeting?.version
  }

  /** Why it could not be asked when that was last tried, which may be going on again; undefined once it could. */
  get silence(): LastingSilence | undefined {
    return this.#silence
  }

  /** How it is reached, where that is not the usual way. */
  get note(): string {
    return this.#note
  }

  get mark(): HostMark | undefined {
    return this.#settings.markOf?.(this.name)
  }

  async ask(question: Uint8Array, deadline: Millis, interrupted?: AbortSignal): Promise<Told> {
    const opened = await this.open()
    if (opened.kind === 'failed') return { kind: 'silent', silence: opened.silence }
    return told(await opened.conversation.ask(question, deadline, interrupted))
  }

  /** Its conversation; after a failure the same one until the pause is over. */
  open(): Promise<Opened> {
    const isLost = this.#conversation?.loss !== undefined
    const isFailed = this.#failures > 0 && this.#conversation === undefined && !this.#isConnecting
    if (
      !this.#opened ||
      isLost ||
      (isFailed && performance.now() >= this.#triedAt + this.#pause())
    ) {
      // Its e2etop may have ended without the connection, which nobody else would close.
      void this.#opened?.then(({ connection }) => connection?.close())
      this.#conversation = undefined
      this.#triedAt = performance.now()
      this.#isConnecting = true
      this.#opened = this.#settings
        .inTurn((place) => this.#connect(place))
        .finally(() => (this.#isConnecting = false))
    }
    return this.#opened
  }

  /** After a failure it is tried again at the next question, however short ago it was. */
  hurry(): void {
    this.#triedAt = -Infinity
  }

  /** Until it is worth trying again. What was refused will most likely be again, and every login is a line in a log. */
  #pause(): number {
    const state = this.#silence?.state
    if (state === 'refused' || state === 'no e2etop') return fleetLimits.fleetRefusedPauseMs
    return Math.min(limits.reconnectMsMin * 2 ** (this.#failures - 1), limits.reconnectMsMax)
  }

  /** Lets the host wait: what it says is not read until `resume`. */
  pause(): void {
    this.#conversation?.pause()
  }

  resume(): void {
    this.#conversation?.resume()
  }

  close(): void {
    this.#conversation?.close()
    this.#beginning?.close()
    void this.#opened?.then(({ connection }) => connection?.close())
  }

  async #connect(place: Place): Promise<Opened> {
    // Hosts that are gone say nothing for seconds: those that are there do not wait for them.
    const outcome = await place.lendWhile(
      this.#settings.connect(this.name),
      fleetLimits.fleetPatienceMs,
    )
    if (outcome.kind !== 'connected') {
      const state = outcome.kind === 'refused' ? 'refused' : 'unreachable'
      return this.#failed({ state, why: outcome.why }, undefined)
    }
    const { connection } = outcome
    this.#note = connection.note
    await place.takeBack()
    const loggedIn = performance.now()
    this.#beginning = connection
    const begun = await within(fleetLimits.fleetOpenMs, this.#begin(connection))
    this.#beginning = undefined
    this.#tellBegun(performance.now() - loggedIn)
    if (begun === undefined) {
      connection.close()
      const seconds = fleetLimits.fleetOpenMs / 1000
      const why = `logged in, but it said nothing within ${seconds} s: if \`ssh ${this.name} true\` is as slow, its shell start-up is`
      return this.#failed({ state: 'late', why }, undefined)
    }
    return begun
  }

  /** A host that is slow by itself is no sign that all are, which begin fewer at once then. */
  #tellBegun(ms: number): void {
    const isSlow = ms > fleetLimits.fleetSlowBeginMs
    if (!isSlow || !this.#isSlow) this.#settings.onBegun(ms)
    this.#isSlow = isSlow
  }

  async #begin(connection: SshConnection): Promise<Opened> {
    const run = await connection.run(this.#settings.command)
    if (run.kind === 'failed') {
      connection.close()
      return this.#failed({ state: 'refused', why: `it runs no command: ${run.why}` }, undefined)
    }
    const conversation = new HostConversation(run.link, {
      ...this.#settings.greeting,
      host: this.name,
      at: hostTime(Date.now()),
    })
    const opened = await conversation.opened
    if (isLoss(opened)) return this.#failed(silenceOf(opened), connection)
    this.#failures = 0
    this.#silence = undefined
    this.#conversation = conversation
    this.#greeting = opened
    return { kind: 'open', connection, conversation, greeting: opened }
  }

  #failed(silence: Silence, connection: SshConnection | undefined): Opened {
    this.#failures += 1
    this.#silence = { ...silence, since: this.#silence?.since ?? hostTime(Date.now()) }
    return { kind: 'failed', silence, connection }
  }
}

const isLoss = (opened: Greeting | Loss): opened is Loss => 'kind' in opened

export function told(reply: Reply): Told {
  switch (reply.kind) {
    case 'answer':
      return reply
    case 'refused':
      return { kind: 'silent', silence: { state: 'refused', why: refusalText(reply) } }
    case 'late':
      return { kind: 'silent', silence: { state: 'late', why: 'no answer in time' } }
    case 'lost':
      return { kind: 'silent', silence: silenceOf(reply.loss) }
  }
}

const refusalText = ({ code, why }: Extract<Reply, { kind: 'refused' }>): string =>
  code === 'no log' ? `${why}; \`e2etop deploy --record\` starts one` : why

/** Undefined where it takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  const first = await Promise.race([work, late])
  clearTimeout(timer)
  return first
}
