import type { Millis } from '../../model/quantity.ts'
import type { Answer, Query, Session } from '../../query/session.ts'
import type { ExportedRows } from '../exported-rows.ts'
import { Mask } from './mask.ts'
import type { Masking } from './masking.ts'

/**
 * A session whose answers are under pseudonyms while it is masked. They get them where they enter the monitor and not where they are
 * painted, so that no view can forget to; and a filter or a group of pseudonyms asks for what they stand for.
 */
export class MaskedSession implements Session {
  readonly #session: Session
  readonly #mask = new Mask()
  #on = false

  constructor(session: Session) {
    this.#session = session
  }

  /** On or off; what was filtered by the names of before becomes the same by those of now. */
  toggle(): Masking {
    this.#on = !this.#on
    const to = this.#on ? 'masked' : 'real'
    return { isMasked: this.#on, renamed: (filter) => this.#mask.filter(filter, to) }
  }

  async ask(query: Query): Promise<Answer> {
    if (!this.#on) return this.#session.ask(query)
    return this.#mask.answer(await this.#session.ask(this.#mask.realQuery(query)), query)
  }

  async *watch(query: Query, every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    const isMasked = this.#on
    const real = isMasked ? this.#mask.realQuery(query) : query
    for await (const answer of this.#session.watch(real, every, left))
      yield isMasked ? this.#mask.answer(answer, query) : answer
  }

  retry(): void {
    this.#session.retry?.()
  }

  close(): void {
    this.#session.close()
  }

  /** Rows with their real names, for what does not stay on the screen. */
  realRows(rows: ExportedRows): ExportedRows {
    if (!this.#on) return rows
    const { coverage } = rows
    const real = { ...coverage, host: this.#mask.realHost(coverage.host) }
    if (rows.kind === 'flows') {
      const hosts = rows.hosts?.map((host) => this.#mask.realHost(host))
      const flows = rows.flows.map((flow) => this.#mask.realFlow(flow))
      return { ...rows, coverage: real, flows, hosts }
    }
    const groups = rows.groups.map((group) => this.#mask.realGroup(group, rows.by))
    return { ...rows, coverage: real, groups }
  }
}
