import type { Millis } from '../../model/quantity.ts'
import type { Refusal } from '../../query/serve/serve-message.ts'

/** A question that came. */
export interface Asked {
  readonly question: Uint8Array
  /** After so long it is answered with what was found. */
  readonly deadline: Millis
  /** At this, too. */
  readonly stop: AbortSignal
  /** What the console calls this host. */
  readonly as: string
}

/** What a host answers its consoles, in the bytes of the codecs of questions, queries and answers. */
export interface Served {
  /** @throws RefusedError */
  answer(asked: Asked): Promise<Uint8Array>
  /** In pieces. @throws RefusedError */
  records(asked: Asked): AsyncIterable<Uint8Array>
  /** One answer at once and then one a period, until `stop`. @throws RefusedError */
  watch(query: Uint8Array, every: Millis, stop: AbortSignal): AsyncIterable<Uint8Array>
}

/** Why a question gets no answer; the console is told. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly refusal: Refusal

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.refusal = { code, message }
  }
}
