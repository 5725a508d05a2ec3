import type { Writable } from 'node:stream'
import { encodeLive, type LiveMessage } from '../model/live-message.ts'
import { limits } from '../model/limits.ts'
import type { FlowRecord } from '../model/flow.ts'

/** One reader of the live stream. Never blocks the recorder: a reader that does not read is *behind*. */
export class LiveWriter {
  readonly #stream: Writable

  constructor(stream: Writable) {
    this.#stream = stream
  }

  /** More waits to be read than a reader of good will ever leaves. */
  get behind(): boolean {
    return this.#stream.writableLength > limits.liveBacklogBytes
  }

  send(message: LiveMessage): void {
    if (this.#stream.writable) this.#stream.write(encodeLive(message))
  }

  /** Rows in frames of bounded length. */
  sendFlows(flows: readonly FlowRecord[]): void {
    for (let at = 0; at < flows.length; at += limits.blockRowsMax)
      this.send({ kind: 'flows', flows: flows.slice(at, at + limits.blockRowsMax) })
  }

  sendWaiting(records: readonly FlowRecord[]): void {
    for (let at = 0; at < records.length; at += limits.blockRowsMax)
      this.send({ kind: 'waiting', records: records.slice(at, at + limits.blockRowsMax) })
  }

  /** Calls back once, when the reader has closed its end or its stream has failed. */
  onGone(callback: () => void): void {
    this.#stream.on('error', () => {}) // EPIPE: the reader has gone, as 'close' then says
    this.#stream.once('close', callback)
  }

  /** Resolves when all that was sent has been handed to the system. */
  end(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve))
  }
}
