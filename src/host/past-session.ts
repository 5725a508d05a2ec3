import type { Interfaces } from '../model/host-interface.ts'
import type { Millis } from '../model/quantity.ts'
import type { TimeRange } from '../query/question.ts'
import type { Answer, Query, Session } from '../query/session.ts'
import type { Asking } from '../query/asking.ts'
import { asksForInterfaces } from '../query/interfaces.ts'
import { pastTotals } from './past-totals.ts'
import { PastWindows } from './past-windows.ts'
import { screenLimits } from '../model/screen-limits.ts'
import { askTimeline, type Timeline, type TimelineQuery } from '../query/timeline.ts'

/** Who tells of the past. */
type PastAsking = Pick<Asking, 'ask' | 'records' | 'states' | 'close'>

/** A session that also answers queries about the past, from the records of hosts. */
export class PastSession implements Session {
  readonly #session: Session
  readonly #windows: PastWindows
  readonly #connect: () => Promise<PastAsking>

  /** `connect` finds who answers at this moment; it throws where nothing is recorded. */
  constructor(session: Session, connect: () => Promise<PastAsking>) {
    this.#session = session
    this.#connect = connect
    this.#windows = new PastWindows(connect)
  }

  async ask(query: Query): Promise<Answer> {
    const { range, ...live } = query
    if (!range) return this.#session.ask(query)
    const answer = await this.#ofPast(query, range)
    if (!asksForInterfaces(query)) return answer
    const interfaces = await this.#interfacesNow(live)
    return { ...answer, coverage: { ...answer.coverage, ...(interfaces && { interfaces }) } }
  }

  /** Which interface has which address is not recorded; undefined where nobody can tell it now either. */
  async #interfacesNow(query: Query): Promise<Interfaces | undefined> {
    try {
      return (await this.#session.ask(query)).coverage.interfaces
    } catch {
      // No host answers: what was recorded is shown by its addresses.
      return undefined
    }
  }

  async timeline(query: TimelineQuery): Promise<Timeline> {
    const asking = await this.#connect()
    try {
      return await askTimeline(asking, query)
    } finally {
      asking.close()
    }
  }

  async #ofPast(query: Query, range: TimeRange): Promise<Answer> {
    const isLong = range.to - range.from > screenLimits.pastWindowLengthMax
    if (query.kind !== 'totals' || !isLong) return this.#windows.ask(query, range)
    const asking = await this.#connect()
    try {
      return await pastTotals(asking, query, range)
    } finally {
      asking.close()
    }
  }

  /** Of the past one answer: it does not change. */
  async *watch(query: Query, every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    if (query.range) yield await this.ask(query)
    else yield* this.#session.watch(query, every, left)
  }

  retry(): void {
    this.#session.retry?.()
  }

  close(): void {
    this.#session.close()
  }
}
