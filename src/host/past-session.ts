import { flowFlag, type FlowRecord } from '../model/flow.ts'
import { recordsAt } from '../model/flow-block.ts'
import { limits } from '../model/limits.ts'
import { screenLimits } from '../model/screen-limits.ts'
import { hostTime, millis, type Millis } from '../model/quantity.ts'
import type { Asking } from '../query/asking.ts'
import { flowPredicate } from '../query/filter/flow-predicate.ts'
import { formatFilter } from '../query/filter/format-filter.ts'
import type { HostCoverage } from '../query/partial-answer.ts'
import type { Budget, TimeRange } from '../query/question.ts'
import type { Answer, Coverage, Query, Session } from '../query/session.ts'
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
  readonly coverage: HostCoverage | undefined
  readonly missing: readonly string[]
}

/** A session that also answers queries about the past, from the records of hosts. */
export class PastSession implements Session {
  readonly #session: Session
  readonly #connect: () => Promise<Asking>
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
  async *watch(query: Query, every: Millis): AsyncGenerator<Answer> {
    if (query.range) yield await this.ask(query)
    else yield* this.#session.watch(query, every)
  }

  close(): void {
    this.#session.close()
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
    const flows = new Map<string, FlowRecord>()
    const missing: string[] = []
    let coverage: HostCoverage | undefined
    try {
      for await (const piece of asking.records({ range, budget }, {})) {
        if (piece.kind === 'silent') missing.push(silence(piece.silent))
        else if (piece.kind === 'end') {
          coverage = piece.coverage
          missing.push(...shortfalls(piece.coverage, at))
        } else {
          for (const record of recordsAt(piece.columns, piece.rows)) {
            // What the privacy rules withheld is one record an export, of no flow: it stays by itself.
            const id = record.id === 0 ? `${flows.size} withheld` : record.id
            const key = `${piece.host} ${piece.by.bootId} ${piece.by.stream} ${id}`
            const before = flows.get(key)
            flows.set(key, before ? joined(before, record) : record)
          }
        }
      }
    } finally {
      asking.close()
    }
    return {
      range,
      coverage,
      missing,
      flows: [...flows.values()].map((flow, id) => ofWindow(flow, id, range)),
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

function answer(query: Query, { flows, range, coverage, missing }: Window): Answer {
  const { where } = query
  const matching = where ? flows.filter(flowPredicate(where)) : flows
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
  if (query.kind === 'flows') return { coverage: told, rows: { kind: 'flows', flows: matching } }
  const totals = new Totals(query.by, told.host)
  for (const flow of matching) totals.add(flow)
  return { coverage: told, rows: { kind: 'totals', groups: totals.groups() } }
}
