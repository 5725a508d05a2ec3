import { describe, expect, test } from 'vitest'
import { flowFlag, type FlowRecord } from '../../../src/model/flow.ts'
import { LiveMirror } from '../../../src/host/live-mirror.ts'
import { hostTime, millis } from '../../../src/model/quantity.ts'
import { flowPredicate } from '../../../src/query/filter/flow-predicate.ts'
import type { AnswerRows, Query } from '../../../src/query/session.ts'
import { Totals } from '../../../src/query/totals.ts'
import { ratesCanBeShort } from '../../../src/ui/store/host-rates.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { nextView } from '../../../src/ui/keys/run-command.ts'
import { lineChoicesOf } from '../../../src/ui/store/line-choices.ts'
import { flowOf, processOwner, wholeCapture, wholeCoverage } from '../demo-session.ts'

const coverageAt = (second: number) => ({
  ...wholeCoverage,
  to: hostTime(wholeCoverage.from + second * 1000),
})

function rowsOf(query: Query, all: readonly FlowRecord[]): AnswerRows {
  const flows = query.where ? all.filter(flowPredicate(query.where)) : all
  if (query.kind === 'flows') return { kind: 'flows', flows }
  const totals = new Totals(query.by)
  for (const flow of flows) totals.add(flow)
  return { kind: 'totals', groups: totals.groups() }
}

/** What a session says of these flows at a second. */
function tell(store: MonitorStore, second: number, flows: readonly FlowRecord[]): void {
  const coverage = coverageAt(second)
  for (const query of store.queries) store.take({ coverage, rows: rowsOf(query, flows) }, query)
}
/** The same of a run of the recorder that began at `from` seconds. */
function tellOfRun(store: MonitorStore, from: number, second: number, flow: FlowRecord): void {
  const coverage = { ...coverageAt(second), from: coverageAt(from).to }
  for (const query of store.queries) store.take({ coverage, rows: rowsOf(query, [flow]) }, query)
}
const ofAlice = { owner: processOwner('curl', 99, 'alice') }

describe('the store', () => {
  test('rates are differences of successive answers over their time, and unknown before there are two', () => {
    const store = new MonitorStore()
    store.show('processes')
    tell(store, 0, [flowOf({ id: 1, txBytes: 500, rxBytes: 9000 })])
    expect(store.flows.rows[0]).toMatchObject({ txRate: undefined, rxRate: undefined })
    expect(store.hostRates).toBeUndefined()
    tell(store, 2, [flowOf({ id: 1, txBytes: 2500, rxBytes: 9000 })])
    expect(store.flows.rows[0]).toMatchObject({ txRate: 1000, rxRate: 0 })
    expect(store.groups.rows[0]).toMatchObject({ txRate: 1000, rxRate: 0 })
  })

  test('a flow that is new since the last answer has all its bytes in that time', () => {
    const store = new MonitorStore()
    tell(store, 0, [])
    tell(store, 1, [flowOf({ id: 1, txBytes: 600, endReason: 'end detected' })])
    expect(store.flows.rows[0]?.txRate).toBe(600)
    expect(store.hostRates).toEqual({ tx: 600, rx: 0, loopback: 0 })
  })

  test('no rate, selection or frozen place goes from one run of the recorder over to the next', () => {
    const store = new MonitorStore()
    store.show('processes')
    tell(store, 0, [flowOf({ id: 1 }), flowOf({ id: 2 })])
    tell(store, 1, [flowOf({ id: 1, txBytes: 100 }), flowOf({ id: 2 })])
    store.flows.move(1)
    store.groups.move(1)
    store.flows.toggleFrozen()
    expect(store.flows.selected?.id).toBe(1)
    tellOfRun(store, 9, 10, flowOf({ id: 1, txBytes: 5000 }))
    expect(store.flows.selected).toBeUndefined()
    expect(store.flows.rows).toMatchObject([{ id: 1, txRate: undefined }])
    // A process and user are the same in both, its bytes are not.
    expect(store.groups.selected).toMatchObject({ names: ['nginx', 'www-data'], txRate: undefined })
    expect(store.hostRates).toBeUndefined()
    tellOfRun(store, 9, 11, flowOf({ id: 1, txBytes: 5300 }))
    expect(store.flows.rows).toMatchObject([{ txRate: 300 }])
    expect(store.groups.rows).toMatchObject([{ txRate: 300 }])
  })

  test('two answers of the same time leave the rates as they are', () => {
    const store = new MonitorStore()
    tell(store, 0, [flowOf({ id: 1 })])
    tell(store, 1, [flowOf({ id: 1, txBytes: 100 })])
    tell(store, 1, [flowOf({ id: 1, txBytes: 130 }), flowOf({ id: 2, txBytes: 9 })])
    expect(store.flows.rows.map((row) => row.txRate)).toEqual([100, undefined])
    tell(store, 2, [flowOf({ id: 1, txBytes: 150 }), flowOf({ id: 2, txBytes: 10 })])
    expect(store.flows.rows.map((row) => row.txRate)).toEqual([50, 1])
  })

  test('the host’s rates leave carriers out and count loopback once, by itself', () => {
    const store = new MonitorStore()
    tell(store, 0, [])
    tell(store, 1, [
      flowOf({ id: 1, txBytes: 10, rxBytes: 20 }),
      flowOf({ id: 2, txBytes: 1000, rxBytes: 1000, flags: flowFlag.carrier }),
      flowOf({ id: 3, txBytes: 300, rxBytes: 70, flags: flowFlag.loopback }),
      flowOf({ id: 4, txBytes: 70, rxBytes: 300, flags: flowFlag.loopback }),
    ])
    expect(store.hostRates).toEqual({ tx: 10, rx: 20, loopback: 370 })
  })

  test('a paused screen stands still, and goes on with rates over the last answer only', () => {
    const store = new MonitorStore()
    tell(store, 0, [flowOf({ id: 1 })])
    store.togglePause()
    tell(store, 1, [flowOf({ id: 1, txBytes: 100 }), flowOf({ id: 2 })])
    tell(store, 2, [flowOf({ id: 1, txBytes: 900 }), flowOf({ id: 2 })])
    expect(store.flows.rows).toHaveLength(1)
    expect(store.coverage?.to).toBe(coverageAt(0).to)
    store.togglePause()
    expect(store.flows.rows.map((row) => row.txRate)).toEqual([800, 0])
  })

  test('opening a group shows its flows alone, in any view, and back returns to the group', () => {
    const store = new MonitorStore()
    const flows = [flowOf({ id: 1 }), flowOf({ id: 2, txBytes: 5, ...ofAlice })]
    store.show('processes')
    tell(store, 0, flows)
    store.table.move(1)
    store.openRow()
    tell(store, 0, flows)
    expect(store.view).toBe('flows')
    expect(store.flows.rows.map((row) => row.id)).toEqual([2])
    expect(store.place.scopes.map(({ crumb }) => crumb)).toEqual(['curl of alice'])
    tell(store, 1, [flowOf({ id: 1 }), flowOf({ id: 3, ...ofAlice })])
    expect(store.flows.rows.map((row) => row.id)).toEqual([3])
    store.show('remotes')
    tell(store, 1, [flowOf({ id: 1 }), flowOf({ id: 3, ...ofAlice })])
    expect(store.groups.rows.map(({ names }) => names)).toEqual([['203.0.113.7']])
    store.back()
    expect(store.view).toBe('processes')
    tell(store, 1, flows)
    expect(store.groups.selected?.names).toEqual(['curl', 'alice'])
    store.show('flows')
    tell(store, 1, flows)
    expect(store.flows.rows).toHaveLength(2)
  })

  test('a new view has the rates of its flows at once, and its own from the next answer on', () => {
    const store = new MonitorStore()
    tell(store, 0, [flowOf({ id: 1 }), flowOf({ id: 2 })])
    const flows = [flowOf({ id: 1, txBytes: 70 }), flowOf({ id: 2, txBytes: 30 })]
    tell(store, 1, flows)
    store.show('users')
    tell(store, 1, flows)
    expect(store.groups.rows).toMatchObject([{ txRate: 100 }])
    tell(store, 2, [flowOf({ id: 1, txBytes: 90 }), flowOf({ id: 2, txBytes: 30 })])
    expect(store.groups.rows).toMatchObject([{ txRate: 20 }])
  })

  test('a filter that is taken off brings back flows whose rates are not known yet', () => {
    const store = new MonitorStore()
    const flows = (tx: number) => [
      flowOf({ id: 1, txBytes: tx }),
      flowOf({ id: 2, txBytes: tx, ...ofAlice }),
    ]
    tell(store, 0, flows(0))
    store.prompting.editFilter()
    store.prompt?.edit((editor) => editor.insert('user alice'))
    store.prompting.follow()
    store.prompting.keep()
    for (const second of [1, 2]) tell(store, second, flows(second * 10))
    expect(store.flows.rows).toMatchObject([{ id: 2, txRate: 10 }])
    store.back()
    tell(store, 3, flows(30))
    expect(store.flows.rows).toMatchObject([
      { id: 2, txRate: 10 },
      { id: 1, txRate: undefined },
    ])
  })

  test('Enter opens a flow, and with nothing selected nothing', () => {
    const store = new MonitorStore()
    tell(store, 0, [flowOf({ id: 1 })])
    store.openRow()
    expect(store.pages.page).toBeUndefined()
    store.table.move(1)
    store.openRow()
    expect(store.pages.page).toBe('detail')
    store.pages.close()
    store.show('users')
    tell(store, 0, [flowOf({ id: 1 })])
    store.openRow()
    expect(store.place.scopes).toEqual([])
  })

  test.each(['processes', 'users', 'tree', 'remotes', 'interfaces'] as const)(
    'ended flows that are let go are no rate of any row of %s',
    (view) => {
      const mirror = new LiveMirror({ endedFor: millis(60_000), endedMax: 2, countFrom: 'flow' })
      const store = new MonitorStore()
      store.show(view)
      for (let second = 0; second < 9; second++) {
        const short = { id: 10 + second, txBytes: 1000, endReason: 'end detected' as const }
        mirror.update([
          flowOf({ id: 1, txBytes: 100 * second, owner: processOwner('curl', 99, 'alice') }),
          flowOf({ ...short, owner: processOwner('curl', 100 + second, 'alice') }),
        ])
        mirror.endTick(second * 1000)
        const coverage = { ...coverageAt(second), interfaces: { known: [], missing: [] } }
        for (const query of store.queries)
          store.take(
            {
              coverage,
              rows:
                query.kind === 'flows'
                  ? { kind: 'flows', flows: mirror.flows() }
                  : { kind: 'totals', groups: mirror.totals(query.by, coverage.host).groups() },
            },
            query,
          )
        if (second === 0) continue
        const earlier = store.groups.rows.find(({ names }) => names[0] === '<ended earlier>')
        expect(earlier?.txRate).toBeUndefined()
        const rates = store.groups.rows.flatMap(({ txRate }) => txRate ?? [])
        expect(Math.max(...rates), `second ${second}`).toBeLessThanOrEqual(1100)
        expect(rates.reduce((sum, rate) => sum + rate, 0)).toBe(1100)
      }
    },
  )

  test('a view that is new has the course of its flows from its first answer on, and goes on with it', () => {
    const store = new MonitorStore()
    const at = (second: number) => [
      flowOf({ id: 1, txBytes: 100 * second }),
      flowOf({ id: 2, rxBytes: second < 3 ? 0 : 7 }),
      flowOf({ id: 3, txBytes: 5 * second, ...ofAlice }),
    ]
    for (const second of [0, 1, 2, 3]) tell(store, second, at(second))
    store.show('processes')
    tell(store, 3, at(3))
    const courses = () => store.groups.rows.map(({ history }) => history?.last(9))
    expect(courses()).toEqual([
      [100, 100, 107],
      [5, 5, 5],
    ])
    tell(store, 4, at(4))
    expect(courses()).toEqual([
      [100, 100, 107, 100],
      [5, 5, 5, 5],
    ])
  })

  test('the course of a row on a paused screen stands still too', () => {
    const store = new MonitorStore()
    const course = () => store.flows.rows[0]?.history?.last(9)
    for (const second of [1, 2, 3]) tell(store, second, [flowOf({ id: 1, txBytes: 100 * second })])
    store.togglePause()
    for (const second of [4, 5]) tell(store, second, [flowOf({ id: 1, txBytes: 700 })])
    expect(course()).toEqual([100, 100])
    store.togglePause()
    expect(course()).toEqual([100, 100, 400, 0])
  })

  test('a session that breaks leaves its rows, marked, also on a paused screen', () => {
    const store = new MonitorStore()
    tell(store, 0, [flowOf({ id: 1 })])
    store.togglePause()
    store.markStale('the recorder has ended')
    expect(store.flows.rows).toHaveLength(1)
    expect(store.coverage?.stale).toBe('the recorder has ended')
    expect(store.paused).toBe(false)
  })
})

describe('rates that can be short', () => {
  const coverageOf = (capture: Partial<typeof wholeCapture>) => ({
    ...wholeCoverage,
    capture: { ...wholeCapture, ...capture },
  })

  test('a whole capture is not', () => {
    expect(ratesCanBeShort(wholeCoverage)).toBe(false)
  })

  test('a source without UDP is, one without process names is not', () => {
    const without = (sight: string) => wholeCapture.sees.filter((one) => one !== sight)
    expect(ratesCanBeShort(coverageOf({ sees: without('udp') }))).toBe(true)
    expect(ratesCanBeShort(coverageOf({ sees: without('short') }))).toBe(true)
    expect(ratesCanBeShort(coverageOf({ sees: without('pid') }))).toBe(false)
  })

  test('a loss is for as long as it is of now', () => {
    const { to } = wholeCoverage
    const lost = (ago: number) => [{ reason: 'ring-full', count: 1, last: hostTime(to - ago) }]
    expect(ratesCanBeShort(coverageOf({ lost: lost(5_000) }))).toBe(true)
    expect(ratesCanBeShort(coverageOf({ lost: lost(60_000) }))).toBe(false)
    const gap = { from: hostTime(to - 9_000), to: hostTime(to - 5_000), reason: 'x', count: 0 }
    expect(ratesCanBeShort({ ...wholeCoverage, gaps: [gap] })).toBe(true)
    const earlier = { ...gap, to: hostTime(to - 60_000) }
    expect(ratesCanBeShort({ ...wholeCoverage, gaps: [earlier] })).toBe(false)
  })

  test('a loss and a stale stream are', () => {
    const lost = [{ reason: 'ring-full', count: 1, last: wholeCoverage.to }]
    expect(ratesCanBeShort(coverageOf({ lost }))).toBe(true)
    expect(ratesCanBeShort({ ...wholeCoverage, stale: 'ended' })).toBe(true)
  })

  describe('of many hosts', () => {
    const web1 = flowOf({ id: 1, txBytes: 100 })
    const web2 = flowOf({ id: 2, txBytes: 300 })
    const hosts = [
      { host: 'web1', state: 'answered', why: '' },
      { host: 'web2', state: 'answered', why: '' },
      { host: 'db1', state: 'unreachable', why: 'no route' },
    ] as const
    const tellOfMany = (store: MonitorStore, second: number) => {
      for (const query of store.queries) {
        const all = [web1, web2]
        const asked = hosts.filter(({ host }) => query.host === undefined || query.host === host)
        const names = ['web1', 'web2'].filter((name) => asked.some(({ host }) => host === name))
        const flows = names.map((name) => all[name === 'web1' ? 0 : 1]!)
        const totals = new Totals(query.kind === 'totals' ? query.by : [])
        for (const [i, flow] of flows.entries()) totals.add(flow, names[i])
        const coverage = { ...coverageAt(second), hosts: asked }
        const rows: AnswerRows =
          query.kind === 'flows'
            ? { kind: 'flows', flows, hosts: names }
            : { kind: 'totals', groups: totals.groups() }
        store.take({ coverage, rows }, query)
      }
    }
    const storeOfMany = () => {
      const store = new MonitorStore()
      tellOfMany(store, 0)
      store.show('hosts')
      tellOfMany(store, 1)
      return store
    }

    test('each has a row with its state, the silent ones too', () => {
      const { groups } = storeOfMany()
      expect(
        groups.rows.map(({ names, hostState, totals }) => [
          names[0],
          hostState?.state,
          totals.txBytes,
        ]),
      ).toEqual([
        ['web2', 'answered', 300],
        ['web1', 'answered', 100],
        ['db1', 'unreachable', 0],
      ])
    })

    test('entering one shows its flows at once, and asks it alone until one goes back', () => {
      const store = storeOfMany()
      store.table.move(1)
      store.openRow()
      expect(store.flows.rows.map(({ host }) => host)).toEqual(['web2'])
      expect(store.queries).toEqual([{ kind: 'flows', host: 'web2' }])
      tellOfMany(store, 2)
      expect(store.flows.rows.map(({ host }) => host)).toEqual(['web2'])
      store.back()
      expect(store.queries.map(({ host }) => host)).toEqual([undefined, undefined])
      expect(store.view).toBe('hosts')
    })

    test('of a silent one its page says why', () => {
      const store = storeOfMany()
      store.table.move(Infinity)
      store.openRow()
      expect([store.view, store.pages.page]).toEqual(['hosts', 'detail'])
    })

    test('is a view that one host does not have', () => {
      const store = new MonitorStore()
      tell(store, 0, [web1])
      store.show('hosts')
      expect(store.view).toBe('flows')
      nextView(store, -1)
      expect(store.view).toBe('interfaces')
      expect(lineChoicesOf(store).views).not.toContain('hosts')
    })
  })
})
