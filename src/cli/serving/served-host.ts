import { answerQuestion } from '../../host/answer-question.ts'
import { HostError } from '../../host/host-error.ts'
import { readRecords } from '../../host/read-records.ts'
import { RefusedError, type Asked, type Served } from '../../host/serve/served.ts'
import { LogError } from '../../log/log-error.ts'
import { limits } from '../../model/limits.ts'
import { millis, type Millis } from '../../model/quantity.ts'
import { encodePartial } from '../../query/encoding/partial-bytes.ts'
import { decodeQuestion } from '../../query/encoding/question-bytes.ts'
import type { Budget } from '../../query/question.ts'
import { LiveAnswerWriter } from '../../query/serve/live-answer.ts'
import { decodeLiveQuery } from '../../query/serve/live-query.ts'
import { decodeRecordQuestion, encodeRecordPiece } from '../../query/serve/record-bytes.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { askedSources } from './asked-sources.ts'
import { keepHeapSmall } from '../lean-memory.ts'
import { watchRecorder } from '../recording/watch-recorder.ts'
import type { WatchedRecorder } from '../recording/watched-recorder.ts'

/** This host's log and its recorder, which is only looked for when a view is asked for. */
export class ServedHost implements Served {
  readonly #options: Arguments['options']
  #recorder: Promise<WatchedRecorder> | undefined

  constructor(options: Arguments['options']) {
    this.#options = options
  }

  async answer({ question: bytes, deadline, stop, as }: Asked): Promise<Uint8Array> {
    const decoded = decodeQuestion(bytes)
    if (!decoded.ok) throw new RefusedError('malformed', decoded.why)
    const { question } = decoded
    const asked = {
      ...question,
      budget: withinLimits(question.budget, deadline),
      groupsSent: Math.min(question.groupsSent, limits.partialGroupsMax),
    }
    return refusing(async () => {
      const sources = await askedSources(this.#options, as)
      return encodePartial(asked, await answerQuestion(asked, { ...sources, interrupted: stop }))
    })
  }

  async *records({ question: bytes, deadline, stop, as }: Asked): AsyncGenerator<Uint8Array> {
    const decoded = decodeRecordQuestion(bytes)
    if (!decoded.ok) throw new RefusedError('malformed', decoded.why)
    const { question } = decoded
    const budget = withinLimits(question.budget, deadline)
    const sources = {
      ...(await refusing(() => askedSources(this.#options, as))),
      interrupted: stop,
    }
    const pieces = readRecords({ ...question, budget }, sources)
    for (;;) {
      const next = await refusing(() => pieces.next())
      if (next.done) return
      if (next.value.kind !== 'silent') yield encodeRecordPiece(next.value)
    }
  }

  async *watch(...[bytes, every, stop]: Parameters<Served['watch']>) {
    const decoded = decodeLiveQuery(bytes)
    if (!decoded.ok) throw new RefusedError('malformed', decoded.why)
    // Not for questions alone: an answer out of millions of records would take a tenth longer.
    if (!this.#recorder) keepHeapSmall()
    this.#recorder ??= watchRecorder(this.#options, 'screen')
    const recorder = this.#recorder
    const { session } = await refusing(() => recorder)
    const writer = new LiveAnswerWriter()
    const answers = session.watch(decoded.query, every, stop)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await refusing(() => answers.next())
        if (next.done) return
        yield writer.encode(next.value)
      }
    } finally {
      await answers.return?.()
    }
  }

  async close(): Promise<void> {
    const recorder = await this.#recorder?.catch(() => undefined)
    recorder?.session.close()
  }
}

/** A console may lower the limits of a host, and not raise them. */
function withinLimits({ rows, bytes, groups, time, memory }: Budget, deadline: Millis): Budget {
  return {
    rows,
    bytes,
    groups: Math.min(groups, limits.queryGroupsMax),
    time: millis(Math.min(time, deadline, limits.queryTimeMs)),
    memory: Math.min(memory, limits.queryMemoryMax),
  }
}

/** What this host cannot do is told to the console, and is no fault. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof HostError || error instanceof LogError)
      throw new RefusedError(error.code, error.message, error)
    throw error
  }
}
