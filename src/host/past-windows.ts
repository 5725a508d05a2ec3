import type { FlowRecord } from '../model/flow.ts'
import { recordsAt } from '../model/flow-block.ts'
import { limits } from '../model/limits.ts'
import { screenLimits } from '../model/screen-limits.ts'
import { hostTime, millis } from '../model/quantity.ts'
import type { Asking } from '../query/asking.ts'
import { joined, ofWindow } from '../query/flow-of-window.ts'
import { flowPredicate } from '../query/filter/flow-predicate.ts'
import type { HostCoverage } from '../query/partial-answer.ts'
import type { HostOfMany } from '../query/hosts-of-many.ts'
import type { Budget, TimeRange } from '../query/question.ts'
import type { Answer, Query } from '../query/session.ts'
import { shortfalls } from '../query/shortfalls.ts'
import { Totals } from '../query/totals.ts'
import { whereaboutsTold } from '../query/whereabouts.ts'
import { silenceOf, type Lack } from '../query/lacks.ts'
import { pastCoverage } from './past-coverage.ts'

const budget: Budget = {
  rows: screenLimits.pastWindowRecordsMax,
  bytes: Number.MAX_SAFE_INTEGER,
  groups: limits.queryGroupsMax,
  time: millis(screenLimits.pastWindowMs),
  memory: limits.queryMemoryMax,
}

interface HostFlow {
  readonly host: string
  readonly flow: FlowRecord
}

/** What was recorded in a stretch of time. */
interface Window {
  readonly range: TimeRange
  /** Of all its records, those of one flow as one; ids are of this window only. */
  readonly flows: readonly HostFlow[]
  /** The flows are of many hosts. */
  readonly isOfMany: boolean
  /** How each of many hosts answered; none where this host was asked. */
  readonly hosts: readonly HostOfMany[]
  /** Of the last host that was heard. */
  readonly coverage: HostCoverage | undefined
  readonly missing: readonly Lack[]
}

/** Who answers at this moment. */
export type Recorded = Pick<Asking, 'records' | 'states' | 'close'>

/** Answers about stretches of time, of what was recorded in them. */
export class PastWindows {
  readonly #connect: () => Promise<Recorded>
  /** The latest windows asked for, the oldest first: rows and totals are of the same records. */
  #windows: { readonly range: TimeRange; readonly window: Promise<Window> }[] = []
  #reading: Promise<void> = Promise.resolve()

  /** `connect` throws where nothing is recorded. */
  constructor(connect: () => Promise<Recorded>) {
    this.#connect = connect
  }

  async ask(query: Query, range: TimeRange): Promise<Answer> {
    return answer(query, await this.#window(range))
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
    const flows = new Map<string, HostFlow>()
    const missing: Lack[] = []
    const ends: HostCoverage[] = []
    let leftOut = 0
    try {
      for await (const piece of asking.records({ range, budget }, {})) {
        if (piece.kind === 'silent') missing.push(silenceOf(piece.silent))
        else if (piece.kind === 'end') ends.push(piece.coverage)
        else {
          const { host } = piece
          for (const record of recordsAt(piece.columns, piece.rows)) {
            // What the privacy rules withheld is one record an export, of no flow: it stays by itself.
            const id = record.id === 0 ? `${flows.size} withheld` : record.id
            const key = `${host} ${piece.by.bootId} ${piece.by.stream} ${id}`
            const before = flows.get(key)
            // Each host keeps to the limit by itself; together they may not.
            if (!before && flows.size >= budget.rows) leftOut += 1
            else flows.set(key, { host, flow: before ? joined(before.flow, record) : record })
          }
        }
      }
    } finally {
      asking.close()
    }
    const hosts = asking.states()
    const namesHosts = hosts.length > 0 || ends.length > 1
    for (const end of ends)
      for (const why of shortfalls(end, at))
        missing.push({ host: namesHosts ? end.host : undefined, why })
    if (leftOut > 0)
      missing.push({ host: undefined, why: `over the limit of flows: ${leftOut} records left out` })
    const all = [...flows.values()]
    return {
      range,
      hosts,
      missing,
      coverage: ends.at(-1),
      flows: all.map(({ host, flow }, id) => ({ host, flow: ofWindow(flow, id, range.from) })),
      isOfMany: hosts.length > 0 || all.some(({ host }) => host !== all[0]!.host),
    }
  }
}

function answer(query: Query, window: Window): Answer {
  const { range, coverage, isOfMany } = window
  const { where } = query
  const isAsked = (host: string | undefined) =>
    query.host === undefined || host === undefined || host === query.host
  const hosts = window.hosts.filter(({ host }) => isAsked(host))
  const matches = where ? flowPredicate(where) : () => true
  const rows = window.flows.filter(({ host, flow }) => isAsked(host) && matches(flow))
  const lacks = window.missing.filter(({ host }) => isAsked(host))
  const whereabouts = whereaboutsTold(query)
  const told = {
    ...pastCoverage(range, where, { hosts, coverage, lacks }),
    ...(whereabouts && { whereabouts: [whereabouts] }),
  }
  if (query.kind === 'flows') {
    const flows = rows.map(({ flow }) => flow)
    const named = isOfMany ? { hosts: rows.map(({ host }) => host) } : {}
    return { coverage: told, rows: { kind: 'flows', flows, ...named } }
  }
  const totals = new Totals(query.by, told.host)
  for (const { host, flow } of rows) totals.add(flow, host)
  return { coverage: told, rows: { kind: 'totals', groups: totals.groups() } }
}
