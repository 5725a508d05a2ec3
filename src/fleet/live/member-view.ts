import { setTimeout as pause } from 'node:timers/promises'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { hostTime, type HostTime, type Millis } from '../../model/quantity.ts'
import { LiveAnswerReader } from '../../query/serve/live-answer.ts'
import type { Answer } from '../../query/session.ts'
import { told, type FleetMember } from '../member.ts'
import type { Reply, Stream } from '../reply.ts'
import type { LastingSilence, Silence } from '../silence.ts'

export interface ViewRequest {
  readonly query: Uint8Array
  readonly every: Millis
  /** Called when the view has changed. */
  readonly onChange: () => void
}

/** What one host shows of a live view, for as long as it is watched: connected anew where it was lost. */
export class MemberView {
  readonly member: FleetMember
  readonly #request: ViewRequest
  readonly #left = new AbortController()
  /** Ends the pause before it is asked again. */
  #wake: () => void = () => {}
  #answer: Answer | undefined
  #silence: Silence | undefined
  #silentSince: HostTime
  /** When it last said something, by a clock that never goes back, and by ours; undefined before it was heard. */
  #heard: { readonly at: number; readonly time: HostTime } | undefined
  #isFresh = false
  /** Counts runs of the host's recorder: each numbers its flows anew. */
  #run = 0

  constructor(member: FleetMember, request: ViewRequest) {
    this.member = member
    this.#request = request
    this.#silentSince = hostTime(Date.now())
    void this.#follow()
  }

  /** The last one; of a host that is silent now it is of the past. */
  get answer(): Answer | undefined {
    return this.#answer
  }

  get run(): number {
    return this.#run
  }

  /**
   * Undefined of a host that answers, and of one that has not yet been heard. One that is quiet may still be there: a
   * cable that is pulled is noticed much later, and until then what it last said is not of now.
   */
  get silence(): LastingSilence | undefined {
    if (this.#silence) return { ...this.#silence, since: this.#silentSince }
    if (!this.#heard) return undefined
    const quietMs = performance.now() - this.#heard.at
    if (quietMs <= this.#quietMsMax) return undefined
    const why = `it has said nothing for ${Math.floor(quietMs / 1000)} s`
    return { state: 'late', why, since: this.#heard.time }
  }

  get #quietMsMax(): number {
    const { fleetQuietMs, fleetQuietPeriods } = fleetLimits
    return Math.max(fleetQuietMs, fleetQuietPeriods * this.#request.every)
  }

  /** Whether it has said something new since it was last taken, or cannot. */
  get isDone(): boolean {
    return this.#isFresh || this.silence !== undefined
  }

  take(): void {
    this.#isFresh = false
  }

  /** Where it is silent, it is asked again at once. */
  hurry(): void {
    this.#wake()
  }

  leave(): void {
    this.#left.abort()
  }

  async #follow(): Promise<void> {
    const { signal } = this.#left
    while (!signal.aborted) {
      const opened = await this.member.open()
      if (signal.aborted) return
      if (opened.kind === 'failed') this.#fall(opened.silence)
      else
        await this.#hear((take) =>
          opened.conversation.watch(this.#request.query, this.#request.every, take),
        )
      if (this.#silence) await this.#pause(pauseAfter(this.#silence))
    }
  }

  async #pause(ms: number): Promise<void> {
    const hurried = new AbortController()
    this.#wake = () => hurried.abort()
    const signal = AbortSignal.any([this.#left.signal, hurried.signal])
    await pause(ms, undefined, { signal }).catch(() => {})
  }

  /** Until the host says no more, or nobody wants it. */
  #hear(begin: (take: (reply: Reply) => void) => Stream): Promise<void> {
    const reader = new LiveAnswerReader()
    return new Promise((resolve) => {
      const stream = begin((reply) => {
        if (reply.kind === 'answer' && this.#understand(reader, reply.answer)) return
        const silent = told(reply)
        if (silent.kind === 'silent') this.#fall(silent.silence)
        resolve()
      })
      const leave = () => {
        stream.leave()
        resolve()
      }
      if (this.#left.signal.aborted) leave()
      else this.#left.signal.addEventListener('abort', leave, { once: true })
    })
  }

  #understand(reader: LiveAnswerReader, bytes: Uint8Array): boolean {
    const decoded = reader.decode(bytes)
    if (!decoded.ok) {
      this.#fall({ state: 'refused', why: `its rows are not understood: ${decoded.why}` })
      return false
    }
    const { answer } = decoded
    if (this.#answer?.coverage.from !== answer.coverage.from) this.#run += 1
    this.#answer = answer
    this.#silence = undefined
    this.#heard = { at: performance.now(), time: hostTime(Date.now()) }
    this.#isFresh = true
    this.#request.onChange()
    return true
  }

  #fall(silence: Silence): void {
    if (!this.#silence) this.#silentSince = hostTime(Date.now())
    this.#silence = silence
    this.#request.onChange()
  }
}

/** What was refused will most likely be refused again, and every login is a line in a log. */
const pauseAfter = ({ state }: Silence): number =>
  state === 'refused' || state === 'no e2etop'
    ? fleetLimits.fleetRefusedPauseMs
    : fleetLimits.fleetLostPauseMs
