import type { FlowRecord } from '../model/flow.ts'
import type { Hello } from '../model/live-message.ts'
import type { Answer } from '../query/session.ts'
import type { LiveWriter } from './live-writer.ts'

/**
 * Tells another process what a session answers, as the recorder itself would: so one that needs the flows of this host
 * for a while needs no capture of its own. Flows that have ended before the first answer are not told.
 */
export class AnswerRelay {
  readonly #writer: LiveWriter
  /** What the reader knows, by the id of the flow. A session gives the same object for a flow that has not changed. */
  #told: ReadonlyMap<number, FlowRecord> | undefined

  constructor(writer: LiveWriter, hello: Hello) {
    this.#writer = writer
    writer.send({ kind: 'hello', hello })
  }

  /** A tick: an answer with all flows. A reader that is behind misses none of them, but for later. */
  tell({ rows, coverage }: Answer): void {
    if (rows.kind !== 'flows' || this.#writer.behind) return
    const { flows } = rows
    const told = this.#told
    this.#writer.sendFlows(
      told
        ? flows.filter((flow) => told.get(flow.id) !== flow)
        : flows.filter(({ endReason }) => endReason === 'open'),
    )
    this.#told = new Map(flows.map((flow) => [flow.id, flow]))
    const { capture, to: at } = coverage
    const liveFlows = flows.length
    const status = { at, capture, liveFlows, cpuMs: 0, rssBytes: 0, recording: undefined }
    this.#writer.send({ kind: 'status', status })
  }

  /** The last word. The stream stays open: what follows is no longer of this relay. */
  end(message: string, next: string): void {
    this.#writer.send({ kind: 'failure', failure: { code: 'relay-ended', message, next } })
  }
}
