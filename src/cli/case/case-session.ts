import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { caseContents, type CaseContents } from '../../export/case/case-contents.ts'
import { coveredOf, timeOfCase } from '../../export/case/case-time.ts'
import type { ReadCase } from '../../export/case/read-case.ts'
import { CaseReading } from '../../export/read/case-reading.ts'
import type { Turn } from '../../export/read/case-window.ts'
import { pastCoverage } from '../../host/past-coverage.ts'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import { hostTime, type Millis } from '../../model/quantity.ts'
import { screenLimits } from '../../model/screen-limits.ts'
import { silentStates } from '../../query/asking.ts'
import { nameOfMany, type HostOfMany } from '../../query/hosts-of-many.ts'
import type { TimeRange } from '../../query/question.ts'
import type { Answer, AnswerRows, Query, Session, Unlisted } from '../../query/session.ts'
import { shortfalls } from '../../query/shortfalls.ts'
import type { Timeline, TimelineQuery } from '../../query/timeline.ts'
import type { GroupTotals } from '../../query/totals.ts'
import { whereaboutsTold } from '../../query/whereabouts.ts'

/** Other work of this process gets its turn after so long. */
const turnMs = 20

interface Read {
  readonly rows: AnswerRows
  readonly lacks?: readonly string[]
  readonly unlisted?: Unlisted
}

/** Answers of a case file: of its whole time where none is asked for, because it has no now. */
export class CaseSession implements Session {
  readonly #answered: () => void
  readonly #reading: CaseReading
  readonly #time: TimeRange
  readonly #fromCase: string
  readonly #contained: CaseContents['hosts']
  readonly #hosts: readonly HostOfMany[]
  #end: () => void = () => {}
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve
  })

  /** The file is the caller's to close. `answered` is called after each answer. @throws ExportError where it cannot be read */
  constructor(path: string, file: ReadCase, answered: () => void = () => {}) {
    this.#answered = answered
    const contents = caseContents(file.database)
    const { hosts } = contents
    this.#reading = new CaseReading(file)
    this.#time = timeOfCase(file.database, contents)
    const name = cleanText(basename(path), limits.nameLength)
    this.#fromCase = [name, ...sourcesOf(hosts)].join(' ')
    this.#contained = hosts
    this.#hosts = hosts.map(stateOf)
  }

  ask(query: Query): Promise<Answer> {
    return this.#ask(query, turns())
  }

  timeline(query: TimelineQuery): Promise<Timeline> {
    return this.#reading.timeline(query, this.#time, turns())
  }

  /** One answer; of the whole case, which is shown where else now is, the session's end ends it. */
  async *watch(query: Query, _every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    yield await this.#ask(query, turns(left))
    if (!query.range) await this.#ended
  }

  close(): void {
    this.#end()
  }

  async #ask(query: Query, turn: Turn): Promise<Answer> {
    const range = query.range ?? this.#time
    const { rows, lacks = [], unlisted } = await this.#read(query, range, turn)
    this.#answered()
    const whereabouts = whereaboutsTold(query)
    const covered = pastCoverage(range, query.where, { hosts: [], coverage: undefined, lacks: [] })
    const past = {
      missing: [...new Set([...this.#lacksOf(range), ...lacks])],
      fromCase: this.#fromCase,
      ...(unlisted && { unlisted }),
    }
    const coverage = {
      ...covered,
      attached: false,
      flowsLetGo: unlisted?.flows ?? 0,
      past,
      ...(whereabouts && { whereabouts: [whereabouts] }),
    }
    if (!this.#isOfMany)
      return { rows, coverage: { ...coverage, host: this.#hosts[0]?.host ?? '' } }
    const hosts = this.#hosts.filter(({ host }) => (query.host ?? host) === host)
    return { rows, coverage: { ...coverage, host: nameOfMany(hosts), hosts } }
  }

  get #isOfMany(): boolean {
    return this.#hosts.length > 1
  }

  async #read(query: Query, range: TimeRange, turn: Turn): Promise<Read> {
    if (query.kind === 'totals')
      return largestGroups(await this.#reading.totals(query, range, turn))
    const { flows, hosts, unlisted } = await this.#reading.flows(query, range, turn)
    return {
      rows: { kind: 'flows', flows, ...(this.#isOfMany && { hosts }) },
      ...(unlisted.flows > 0 && { unlisted }),
    }
  }

  /** Why what was recorded in a time may not be all here. */
  #lacksOf(range: TimeRange): readonly string[] {
    const at = hostTime(Date.now())
    return this.#contained.flatMap((host) => {
      const ofTime = { covered: coveredOf(host, range), asked: range }
      const told = [
        ...host.why,
        ...(host.fromMs === undefined
          ? []
          : shortfalls({ ...nothingTold, ...ofTime, host: host.name }, at)),
      ]
      return this.#isOfMany ? told.map((why) => `${host.name}: ${why}`) : told
    })
  }
}

/** The reasons why a host is not whole have all of its gaps and losses in words. */
const nothingTold = {
  gaps: [],
  capture: undefined,
  rowsScanned: 0,
  bytesRead: 0,
  stoppedAt: undefined,
}

/** As many as a screen can hold. */
function largestGroups(groups: readonly GroupTotals[]): Read {
  const most = screenLimits.caseGroupsMax
  if (groups.length <= most) return { rows: { kind: 'totals', groups } }
  const bytes = ({ txBytes, rxBytes }: GroupTotals) => txBytes + rxBytes
  const largest = groups.toSorted((a, b) => bytes(b) - bytes(a)).slice(0, most)
  const why = `${groups.length - most} smaller groups are left out`
  return { rows: { kind: 'totals', groups: largest }, lacks: [why] }
}

function turns(left?: AbortSignal): Turn {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < turnMs) return
    await setImmediate()
    left?.throwIfAborted()
    since = performance.now()
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
