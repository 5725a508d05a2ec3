import { millis, type HostTime } from '../../model/quantity.ts'
import type { TimeRange } from '../../query/question.ts'
import type { Query } from '../../query/session.ts'
import type { Timeline, TimelineQuery } from '../../query/timeline.ts'
import type { TimeTravel } from './time-travel.ts'

/** The strip of the recorded past around the window that is shown: a cell is a window. */
export class TimelineView {
  #asked: TimelineQuery | undefined
  /** The last that came; of another stretch, or of other flows, until the one asked for does. */
  heard: Timeline | undefined

  /** What the strip is to show; undefined while now is shown. */
  get asked(): TimelineQuery | undefined {
    return this.#asked
  }

  /** Places the strip, `cells` long, around the window that is shown; it stays where it is while that is in it. */
  place(
    time: TimeTravel,
    which: Pick<Query, 'where' | 'host'>,
    { cells, now }: { readonly cells: number; readonly now: HostTime },
  ): void {
    const range = this.#stays(time, cells) ?? time.around(cells, now)
    const { where, host } = which
    this.#asked = range && {
      range,
      bin: millis(time.length),
      ...(where && { where }),
      ...(host !== undefined && { host }),
    }
  }

  #stays({ range, length }: TimeTravel, cells: number): TimeRange | undefined {
    const before = this.#asked?.range
    if (!before || !range || before.to - before.from !== cells * length) return undefined
    return before.from <= range.from && before.to >= range.to ? before : undefined
  }
}
