import type { HostTime } from '../model/quantity.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import type { Session } from '../query/session.ts'
import type { TimelineQuery } from '../query/timeline.ts'
import type { MonitorStore } from './store/monitor-store.ts'

type Store = Pick<MonitorStore, 'time' | 'timeline' | 'which'>

/** Asks for the strip of the past, one after another, so that of many steps in it the last one counts. */
export class TimelineFeed {
  readonly #session: Session
  readonly #store: Store
  readonly #onChange: () => void
  #wanted = ''
  #isBusy = false

  constructor(session: Session, store: Store, onChange: () => void) {
    this.#session = session
    this.#store = store
    this.#onChange = onChange
  }

  /** Places the strip around the window that is shown, so many cells long, and asks for it where it is another. */
  follow(cells: number, now: HostTime): void {
    const { time, timeline, which } = this.#store
    timeline.place(time, which, { cells, now })
    const { asked } = timeline
    const text = asked ? textOf(asked) : ''
    if (text === this.#wanted) return
    this.#wanted = text
    if (asked && !this.#isBusy) void this.#read(asked, text)
  }

  async #read(query: TimelineQuery, text: string): Promise<void> {
    const { timeline } = this.#store
    this.#isBusy = true
    // Where the past cannot be read, the tables say why.
    const heard = await this.#session.timeline?.(query).catch(() => undefined)
    this.#isBusy = false
    if (text !== this.#wanted) {
      if (timeline.asked) void this.#read(timeline.asked, this.#wanted)
      return
    }
    timeline.heard = heard
    this.#onChange()
  }
}

const textOf = ({ range, bin, where, host }: TimelineQuery): string =>
  `${range.from} ${range.to} ${bin} ${host ?? ''} ${where ? formatFilter(where) : ''}`
