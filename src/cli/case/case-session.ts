import { basename } from 'node:path'
import type { Database } from 'sql.js'
import { caseContents, type CaseContents } from '../../export/case/case-contents.ts'
import { caseRecords, timeOfCase } from '../../export/case/case-records.ts'
import { caseTimeline } from '../../export/case/case-timeline.ts'
import { PastWindows } from '../../host/past-windows.ts'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import type { Millis } from '../../model/quantity.ts'
import { silentStates } from '../../query/asking.ts'
import { nameOfMany, type HostOfMany } from '../../query/hosts-of-many.ts'
import type { TimeRange } from '../../query/question.ts'
import type { Timeline, TimelineQuery } from '../../query/timeline.ts'
import type { Answer, Query, Session } from '../../query/session.ts'

/** Answers of a case file: of its whole time where none is asked for, because it has no now. */
export class CaseSession implements Session {
  readonly #database: Database
  readonly #windows: PastWindows
  readonly #time: TimeRange
  readonly #fromCase: string
  readonly #hosts: readonly HostOfMany[]
  readonly #missing: readonly string[]
  #end: () => void = () => {}
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve
  })

  /** The file is the caller's to close. @throws ExportError where it cannot be read */
  constructor(path: string, database: Database) {
    const { hosts } = caseContents(database)
    this.#database = database
    this.#windows = new PastWindows(async () => ({
      async *records(question) {
        yield* caseRecords(database, question)
      },
      states: () => [],
      close() {},
    }))
    this.#time = timeOfCase(database)
    // Checking all of it would take longer than reading what is shown.
    const name = cleanText(basename(path), limits.nameLength)
    this.#fromCase = `${[name, ...sourcesOf(hosts)].join(' ')}, not verified`
    this.#hosts = hosts.map(stateOf)
    this.#missing = hosts.flatMap(({ name, why }) =>
      why.map((line) => (hosts.length > 1 ? `${name}: ${line}` : line)),
    )
  }

  async ask(query: Query): Promise<Answer> {
    const { coverage, rows } = await this.#windows.ask(query, query.range ?? this.#time)
    const missing = [...new Set([...this.#missing, ...(coverage.past?.missing ?? [])])]
    const past = { missing, fromCase: this.#fromCase }
    const asked = this.#hosts.filter(({ host }) => (query.host ?? host) === host)
    const told = { ...coverage, attached: false, past }
    if (this.#hosts.length > 1)
      return { rows, coverage: { ...told, host: nameOfMany(asked), hosts: asked } }
    return { rows, coverage: { ...told, host: this.#hosts[0]?.host ?? '' } }
  }

  timeline(query: TimelineQuery): Promise<Timeline> {
    return Promise.resolve(caseTimeline(this.#database, this.#time, query))
  }

  /** One answer; of the whole case, which is shown where else now is, the session's end ends it. */
  async *watch(query: Query, _every: Millis): AsyncGenerator<Answer> {
    yield await this.ask(query)
    if (!query.range) await this.#ended
  }

  close(): void {
    this.#end()
  }
}

type Hosts = CaseContents['hosts']

function sourcesOf(hosts: Hosts): readonly string[] {
  const sources = new Set(hosts.map(({ source }) => source).filter((source) => source !== ''))
  return sources.size > 0 ? [`by ${[...sources].join(', ')}`] : []
}

/** How the host was when the case was made: one that gave nothing says so before its reason. */
function stateOf({ name, why: [why = ''] }: Hosts[number]): HostOfMany {
  const state = silentStates.find((one) => why.startsWith(`${one}: `))
  return state === undefined
    ? { host: name, state: 'answered', why: '' }
    : { host: name, state, why: why.slice(state.length + 2) }
}
