import { flowFlag, type FlowRecord } from '../model/flow.ts'
import { recordsAt } from '../model/flow-block.ts'
import { limits } from '../model/limits.ts'
import { screenLimits } from '../model/screen-limits.ts'
import { hostTime, millis, type Millis } from '../model/quantity.ts'
import type { Asking, SilentHost } from '../query/asking.ts'
import { flowPredicate } from '../query/filter/flow-predicate.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import type { HostCoverage } from '../query/partial-answer.ts'
import type { Budget, TimeRange } from '../query/question.ts'
import type { Answer, Coverage, Query, Session } from '../query/session.ts'
import { listOfHosts, nameOfMany, type HostOfMany } from '../query/hosts-of-many.ts'
import { shortfalls } from '../query/shortfalls.ts'
import { Totals } from '../query/totals.ts'
import { joined } from './past-flows.ts'

const budget: Budget = {
  rows: screenLimits.pastWindowRecordsMax,
  bytes: Number.MAX_SAFE_INTEGER,
  groups: limits.queryGroupsMax,
  time: millis(screenLimits.pastWindowMs),
  memory: limits.queryMemoryMax,
}

/** Why the records of a host may be short of the truth; undefined: those of any. */
interface Lack {
  readonly host: string | undefined
  readonly why: string
}

interface FlowOfHost {
  readonly host: string
  readonly flow: FlowRecord
}

/** What was recorded in a stretch of time. */
interface Window {
  readonly range: TimeRange
  /** Of all its records, those of one flow as one; ids are of this window only. */
  readonly flows: readonly FlowRecord[]
  /** Whose each of them is, where many hosts were asked. */
  readonly flowHosts: readonly string[] | undefined
  /** How each of many hosts answered; none where this host alone was asked. */
  readonly hosts: readonly HostOfMany[]
  /** Of the last host that was heard. */
  readonly coverage: HostCoverage | undefined
  readonly missing: readonly Lack[]
}

/** A session that also answers queries about the past, from the records of hosts. */
export class PastSession implements Session {
  readonly #session: Session
  readonly #connect: () => Promise<Asking>
  #reading: Promise<void> = Promise.resolve()
  /** The latest windows asked for, the oldest first: rows and totals are of the same records. */
  #windows: { readonly range: TimeRange; readonly window: Promise<Window> }[] = []

  /** `connect` finds who answers at this moment; it throws where nothing is recorded. */
  constructor(session: Session, connect: () => Promise<Asking>) {
    this.#session = session
    this.#connect = connect
  }

  async ask(query: Query): Promise<Answer> {
    return query.range ? answer(query, await this.#window(query.range)) : this.#session.ask(query)
  }

  /** Of the past one answer: it does not change. */
  async *watch(query: Query, every: Millis, left?: AbortSignal): AsyncGenerator<Answer> {
    if (query.range) yield await this.ask(query)
    else yield* this.#session.watch(query, every, left)
  }

  close(): void {
    this.#session.close()
  }

  #window(range: TimeRange): Promise<Window> {
    const known = this.#windows.find(
      (one) => one.range.from === range.from && one.range.to === range.to,
    )
    if (known) return known.window
    // One after another: a host gives a console only so many lists at once.
    const window = this.#reading.then(() => this.#readWanted(range))
    const entry = { range, window }
    this.#windows = [...this.#windows, entry].slice(-screenLimits.pastWindowsKept)
    const forget = () => {
      this.#windows = this.#windows.filter((one) => one !== entry)
    }
    // A window that could not be read, or not of all hosts, is asked for anew.
    this.#reading = window.then(({ hosts }) => {
      if (hosts.some(({ state }) => state !== 'answered')) forget()
    }, forget)
    return window
  }

  /** One that was stepped over meanwhile is not read. */
  #readWanted(range: TimeRange): Promise<Window> {
    const isWanted = this.#windows.some((one) => one.range === range)
    return isWanted ? this.#read(range) : Promise.reject(new Error('no longer asked for'))
  }

  async #read(range: TimeRange): Promise<Window> {
    const at = hostTime(Date.now())
    const asking = await this.#connect()
    const flows = new Map<string, FlowOfHost>()
    const missing: Lack[] = []
    const silent: SilentHost[] = []
    const coverages: HostCoverage[] = []
    let leftOut = 0
    try {
      for await (const piece of asking.records({ range, budget }, {})) {
        if (piece.kind === 'silent') silent.push(piece.silent)
        else if (piece.kind === 'end') {
          coverages.push(piece.coverage)
        } else {
          for (const record of recordsAt(piece.columns, piece.rows)) {
            // What the privacy rules withheld is one record an export, of no flow: it stays by itself.
            const id = record.id === 0 ? `${flows.size} withheld` : record.id
            const key = `${piece.host} ${piece.by.bootId} ${piece.by.stream} ${id}`
            const before = flows.get(key)
            // Each host keeps to the limit by itself; together they may not.
            if (!before && flows.size >= budget.rows) leftOut += 1
            else
              flows.set(key, {
                host: piece.host,
                flow: before ? joined(before.flow, record) : record,
              })
          }
        }
      }
    } finally {
      asking.close()
    }
    const hosts = asking.states().map(({ host, state, why }) => ({ host, state, why }))
    for (const { host, state, why } of silent) missing.push({ host, why: `${state}: ${why}` })
    for (const coverage of coverages)
      for (const why of shortfalls(coverage, at)) missing.push({ host: coverage.host, why })
    if (leftOut > 0)
      missing.push({ host: undefined, why: `over the limit of flows: ${leftOut} records left out` })
    const all = [...flows.values()]
    return {
      range,
      hosts,
      missing,
      coverage: coverages.at(-1),
      flows: all.map(({ flow }, id) => ofWindow(flow, id, range)),
      flowHosts: hosts.length > 0 ? all.map(({ host }) => host) : undefined,
    }
  }
}

/** A flow that goes on is open; one that began before the window has here what it did in it. */
const ofWindow = (flow: FlowRecord, id: number, { from }: TimeRange): FlowRecord => ({
  ...flow,
  id,
  endReason: flow.endReason === 'active' ? 'open' : flow.endReason,
  flags: flow.start < from ? flow.flags | flowFlag.partial : flow.flags,
})

function answer(query: Query, window: Window): Answer {
  const { flows, flowHosts, range, coverage } = window
  const { where } = query
  const isAsked = (host: string | undefined) =>
    query.host === undefined || host === undefined || host === query.host
  const hosts = window.hosts.filter(({ host }) => isAsked(host))
  const missing = sentences(
    window.missing.filter(({ host }) => isAsked(host)),
    hosts.length > 0,
  )
  const matches = where ? flowPredicate(where) : () => true
  const rows = flows.flatMap((flow, i) => {
    const host = flowHosts?.[i]
    return isAsked(host) && matches(flow) ? [{ flow, host }] : []
  })
  const told: Coverage = {
    host: hosts.length > 0 ? nameOfMany(hosts) : (coverage?.host ?? ''),
    ...(hosts.length > 0 ? { hosts } : {}),
    from: range.from,
    to: range.to,
    capture: coverage?.capture ?? {
      source: 'bpf',
      since: range.from,
      sees: [],
      blind: [],
      lost: [],
    },
    gaps: [],
    attached: true,
    flowsLetGo: 0,
    stale: undefined,
    past: { missing },
    ...(where ? { filter: { text: formatFilter(where), flowsUntested: 0 } } : {}),
  }
  if (query.kind === 'flows')
    return {
      coverage: told,
      rows: {
        kind: 'flows',
        flows: rows.map(({ flow }) => flow),
        ...(flowHosts ? { hosts: rows.map(({ host }) => host ?? '') } : {}),
      },
    }
  const totals = new Totals(query.by, told.host)
  for (const { flow, host } of rows) totals.add(flow, host)
  return { coverage: told, rows: { kind: 'totals', groups: totals.groups() } }
}

/** A sentence each; what many hosts lack alike is one. */
function sentences(lacks: readonly Lack[], isOfMany: boolean): readonly string[] {
  const hosts = new Map<string, string[]>()
  for (const { host, why } of lacks)
    hosts.set(why, [...(hosts.get(why) ?? []), ...(host === undefined ? [] : [host])])
  return [...hosts].map(([why, of]) =>
    isOfMany && of.length > 0 ? `${listOfHosts(of)}: ${why}` : why,
  )
}
