import { formatFilter } from '../query/filter/format-filter.ts'
import type { Session } from '../query/session.ts'
import type { Timeline, TimelineQuery } from '../query/timeline.ts'

/** Asks for timelines one after another, so that of many steps in the past the last one counts. */
export class TimelineFeed {
  readonly #session: Session
  readonly #onTimeline: (timeline: Timeline | undefined) => void
  #wanted = ''
  #next: TimelineQuery | undefined
  #isBusy = false

  /** `onTimeline` is given undefined where the past cannot be read: the tables say why. */
  constructor(session: Session, onTimeline: (timeline: Timeline | undefined) => void) {
    this.#session = session
    this.#onTimeline = onTimeline
  }

  ask(query: TimelineQuery | undefined): void {
    const text = query ? textOf(query) : ''
    if (text === this.#wanted) return
    this.#wanted = text
    this.#next = query
    if (query && !this.#isBusy) void this.#read(query, text)
  }

  async #read(query: TimelineQuery, text: string): Promise<void> {
    this.#isBusy = true
    const timeline = await this.#session.timeline?.(query).catch(() => undefined)
    this.#isBusy = false
    if (text === this.#wanted) return this.#onTimeline(timeline)
    if (this.#next) void this.#read(this.#next, this.#wanted)
  }
}

const textOf = ({ range, bin, where, host }: TimelineQuery): string =>
  `${range.from} ${range.to} ${bin} ${host ?? ''} ${where ? formatFilter(where) : ''}`
