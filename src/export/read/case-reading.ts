import { screenLimits } from '../../model/screen-limits.ts'
import type { TimeRange } from '../../query/question.ts'
import type { Query } from '../../query/session.ts'
import type { Timeline, TimelineQuery } from '../../query/timeline.ts'
import type { GroupTotals } from '../../query/totals.ts'
import type { ReadCase } from '../case/read-case.ts'
import { caseTimeline } from './case-timeline.ts'
import { CaseWindow, type Turn } from './case-window.ts'
import { FlowReader } from './flow-reader.ts'
import { listedFlows, type ListedFlows } from './listed-flows.ts'
import { windowTotals } from './window-totals.ts'

type Of<Kind extends Query['kind']> = Extract<Query, { kind: Kind }>

/** Answers questions of a screen about a case, one after another: all read by the same memory. */
export class CaseReading {
  readonly #reader: FlowReader
  /** Those asked for lately, the oldest first: flows and totals are of the same ones. */
  #windows: readonly CaseWindow[] = []
  #reading: Promise<unknown> = Promise.resolve()

  /** @throws ExportError */
  constructor(file: ReadCase) {
    this.#reader = new FlowReader(file)
  }

  /** The flows with the most bytes. @throws ExportError */
  flows(query: Of<'flows'>, range: TimeRange, turn: Turn): Promise<ListedFlows> {
    const most = screenLimits.caseFlowsMax
    return this.#inTurn(async () =>
      listedFlows(await this.#window(range, turn), query, { most, turn }),
    )
  }

  /** @throws ExportError */
  totals(query: Of<'totals'>, range: TimeRange, turn: Turn): Promise<readonly GroupTotals[]> {
    return this.#inTurn(async () => windowTotals(await this.#window(range, turn), query, turn))
  }

  /** `time`: all that the case tells of. @throws ExportError */
  timeline(query: TimelineQuery, time: TimeRange, turn: Turn): Promise<Timeline> {
    return this.#inTurn(() => caseTimeline(this.#reader, query, { time, turn }))
  }

  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const answer = this.#reading.then(read)
    this.#reading = answer.catch(() => {})
    return answer
  }

  async #window(range: TimeRange, turn: Turn): Promise<CaseWindow> {
    const isSame = ({ range: { from, to } }: CaseWindow) => from === range.from && to === range.to
    const window = this.#windows.find(isSame) ?? (await CaseWindow.of(this.#reader, range, turn))
    const others = this.#windows.filter((one) => one !== window)
    this.#windows = [...others, window].slice(-screenLimits.pastWindowsKept)
    return window
  }
}
