import { describe, expect, test } from 'vitest'
import { mergedAnswer, type HostPart } from '../../../src/fleet/live/merged-answer.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import type { Query } from '../../../src/query/session.ts'
import { Totals } from '../../../src/query/totals.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { flowOf, wholeCoverage } from '../demo-session.ts'

/** What a host last told: bytes sent, at its own second; `run` of its recorder. */
interface Told {
  readonly bytes: number
  readonly second: number
  readonly run?: number
  readonly isSilent?: true
}

const second = (n: number) => hostTime(wholeCoverage.from + n * 1000)

function partOf(host: string, told: Told, query: Query): HostPart {
  const { bytes, run = 1, isSilent } = told
  const flow = flowOf({ id: 1, txBytes: bytes })
  const totals = new Totals(query.kind === 'totals' ? query.by : [], host)
  totals.add(flow)
  const rows =
    query.kind === 'flows'
      ? ({ kind: 'flows', flows: [flow] } as const)
      : ({ kind: 'totals', groups: totals.groups() } as const)
  const coverage = { ...wholeCoverage, host, from: second(run - 1), to: second(told.second) }
  const silence = isSilent && ({ state: 'late', why: 'quiet', since: second(0) } as const)
  return { host, offset: undefined, answer: { rows, coverage }, run, silence }
}

/** What the store shows after these answers, one a second: rates of flows, of groups, and of all. */
function ratesAfter(view: 'hosts' | 'users', answers: readonly (readonly [Told, Told])[]) {
  const store = new MonitorStore()
  answers.forEach(([web1, web2], at) => {
    // The view of hosts is there once many have answered.
    if (at === 1) store.show(view)
    for (const query of store.queries) {
      const parts = [partOf('web1', web1, query), partOf('web2', web2, query)]
      store.take(mergedAnswer(query, parts, second(at)), query)
    }
  })
  const byHost = new Map(store.shown.flows.map(({ host, txRate }) => [host, txRate]))
  return {
    flows: [byHost.get('web1'), byHost.get('web2')],
    groups: Object.fromEntries(
      store.shown.groups.map(({ names, txRate }) => [names.join(' '), txRate]),
    ),
    all: store.hostRates?.tx,
  }
}

/** 100 bytes a second, told each second. */
const steady = (at: number): Told => ({ bytes: 100 * at, second: at })
/** 1,000 bytes a second. */
const busy = (at: number): Told => ({ bytes: 1000 * at, second: at })
const both = (count: number) =>
  Array.from({ length: count }, (_, at) => [steady(at), busy(at)] as const)

describe('rates of many hosts', () => {
  test('are over the time in which each host counted, also where it tells twice in one look and not in the next', () => {
    const [first, second] = both(2)
    const late = [first!, second!, [steady(2), busy(1)], [steady(3), busy(3)]] as const
    expect(ratesAfter('hosts', late)).toEqual({
      flows: [100, 1000],
      groups: { web1: 100, web2: 1000 },
      all: 1100,
    })
    expect(ratesAfter('hosts', late.slice(0, 3))).toMatchObject({ flows: [100, 1000], all: 1100 })
  })

  test('are not known of one that is silent, and of the others go on', () => {
    const silent = { ...busy(2), isSilent: true } as const
    const answers = [...both(3), ...[3, 4, 5].map((at) => [steady(at), silent] as const)]
    expect(ratesAfter('hosts', answers)).toEqual({
      flows: [100, undefined],
      groups: { web1: 100, web2: undefined },
      all: 100,
    })
  })

  test.each(['hosts', 'users'] as const)(
    'have no peak where one is back that was not heard for long, among %s',
    (view) => {
      const silent = { ...busy(2), isSilent: true } as const
      const gone = Array.from({ length: 20 }, (_, i) => [steady(3 + i), silent] as const)
      const back = ratesAfter(view, [...both(3), ...gone, [steady(23), busy(23)]])
      expect(back).toMatchObject({ flows: [100, 1000], all: 1100 })
      expect(back.groups).toEqual(
        view === 'hosts' ? { web1: 100, web2: 1000 } : { 'www-data': 1100 },
      )
    },
  )

  test('begin anew with a new run of a recorder, and not those of other hosts', () => {
    const anew = (at: number): Told => ({ bytes: 50_000_000 + 10 * at, second: at, run: 2 })
    const answers = [...both(3), [steady(3), anew(3)] as const]
    expect(ratesAfter('hosts', answers)).toMatchObject({ flows: [100, undefined], all: 100 })
    expect(ratesAfter('hosts', [...answers, [steady(4), anew(4)]])).toMatchObject({
      flows: [100, 10],
      groups: { web1: 100, web2: 10 },
      all: 110,
    })
  })
})
