import { flowFlag, type FlowRecord } from '../model/flow.ts'
import { recordsAt } from '../model/flow-block.ts'
import { limits } from '../model/limits.ts'
import { screenLimits } from '../model/screen-limits.ts'
import { hostTime, millis } from '../model/quantity.ts'
import type { Asking } from '../query/asking.ts'
import { flowPredicate } from '../query/filter/flow-predicate.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import type { HostCoverage } from '../query/partial-answer.ts'
import type { Budget, GroupKey, TimeRange } from '../query/question.ts'
import type { Answer, AnswerRows, Coverage, Query } from '../query/session.ts'
import { shortfalls, silence } from '../query/shortfalls.ts'
import { Totals } from '../query/totals.ts'
import { joined } from './past-flows.ts'

const budget: Budget = {
  rows: screenLimits.pastWindowRecordsMax,
  bytes: Number.MAX_SAFE_INTEGER,
  groups: limits.queryGroupsMax,
  time: millis(screenLimits.pastWindowMs),
  memory: limits.queryMemoryMax,
}

/** What was recorded in a stretch of time. */
interface Window {
  readonly range: TimeRange
  /** Of all its records, those of one flow as one; ids are of this window only. */
  readonly flows: readonly FlowRecord[]
  /** Whose each of them is. */
  readonly hosts: readonly string[]
  readonly coverage: HostCoverage | undefined
  readonly missing: readonly string[]
}

/** Who answers at this moment. */
export type Recorded = Pick<Asking, 'records' | 'close'>

/** Answers about stretches of time, of what was recorded in them. */
export class PastWindows {
  readonly #connect: () => Promise<Recorded>
  /** The latest windows asked for, the oldest first: rows and totals are of the same records. */
  #windows: { readonly range: TimeRange; readonly window: Promise<Window> }[] = []

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
    const window = this.#read(range)
    const entry = { range, window }
    this.#windows = [...this.#windows, entry].slice(-screenLimits.pastWindowsKept)
    // A window that could not be read is asked for anew.
    window.catch(() => {
      this.#windows = this.#windows.filter((one) => one !== entry)
    })
    return window
  }

  async #read(range: TimeRange): Promise<Window> {
    const at = hostTime(Date.now())
    const asking = await this.#connect()
    const flows = new Map<string, HostFlow>()
    const missing: string[] = []
    const ends: HostCoverage[] = []
    try {
      for await (const piece of asking.records({ range, budget }, {})) {
        if (piece.kind === 'silent') missing.push(silence(piece.silent))
        else if (piece.kind === 'end') ends.push(piece.coverage)
        else {
          for (const record of recordsAt(piece.columns, piece.rows)) {
            // What the privacy rules withheld is one record an export, of no flow: it stays by itself.
            const id = record.id === 0 ? `${flows.size} withheld` : record.id
            const key = `${piece.host} ${piece.by.bootId} ${piece.by.stream} ${id}`
            const before = flows.get(key)
            const flow = before ? joined(before.flow, record) : record
            flows.set(key, { host: piece.host, flow })
          }
        }
      }
    } finally {
      asking.close()
    }
    for (const end of ends) {
      const whose = ends.length > 1 ? `${end.host}: ` : ''
      missing.push(...shortfalls(end, at).map((text) => `${whose}${text}`))
    }
    return {
      range,
      coverage: ends.at(-1),
      missing,
      flows: [...flows.values()].map(({ flow }, id) => ofWindow(flow, id, range)),
      hosts: [...flows.values()].map(({ host }) => host),
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
  const { where } = query
  const { range, coverage, missing, flows, hosts } = window
  const holds = where ? flowPredicate(where) : () => true
  const told: Coverage = {
    host: coverage?.host ?? '',
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
  const rows = flows.flatMap((flow, i) => (holds(flow) ? [{ flow, host: hosts[i]! }] : []))
  const ofMany = hosts.some((host) => host !== hosts[0])
  return {
    coverage: told,
    rows: query.kind === 'flows' ? flowRows(rows, ofMany) : totals(query.by, rows),
  }
}

interface HostFlow {
  readonly flow: FlowRecord
  readonly host: string
}

const flowRows = (rows: readonly HostFlow[], ofMany: boolean): AnswerRows => ({
  kind: 'flows',
  flows: rows.map(({ flow }) => flow),
  ...(ofMany && { hosts: rows.map(({ host }) => host) }),
})

function totals(by: readonly GroupKey[], rows: readonly HostFlow[]): AnswerRows {
  const ofHosts = new Map<string, Totals>()
  for (const { flow, host } of rows) {
    const known = ofHosts.get(host) ?? new Totals(by, host)
    ofHosts.set(host, known)
    known.add(flow)
  }
  const all = new Totals(by)
  for (const one of ofHosts.values()) all.merge(one)
  return { kind: 'totals', groups: all.groups() }
}
