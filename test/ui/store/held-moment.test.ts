import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { groupId } from '../../../src/query/totals.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { groupViewNames, type ViewName } from '../../../src/ui/store/views.ts'
import { DemoHost, flowOf, wholeCoverage } from '../demo-session.ts'
import { hear } from '../shown-screen.ts'

/** What a user does to see something else. */
const views: readonly ViewName[] = [
  'flows',
  ...groupViewNames.filter((name) => !['hosts', 'places', 'interfaces'].includes(name)),
]
const act = fc.oneof(
  fc.constantFrom(...views).map((view) => (store: MonitorStore) => store.show(view)),
  fc.nat(6).map((row) => (store: MonitorStore) => {
    // By their ids: rates that are not known give another order.
    const ids = store.table.rows.map(({ id }) => id).toSorted((a, b) => (a < b ? -1 : 1))
    store.table.select(ids[row])
    store.openRow()
    store.pages.close()
  }),
  fc.constant((store: MonitorStore) => store.back()),
  fc
    .constantFrom('tcp', 'user alice', 'process nginx', 'port 443', '')
    .map((text) => (store: MonitorStore) => void store.filter.keep(text)),
)

const picture = (store: MonitorStore) => ({
  view: store.view,
  crumbs: store.place.scopes.map(({ crumb }) => crumb),
  to: store.coverage?.to,
  flows: store.flows.rows.map(({ flow }) => flow).toSorted((a, b) => a.id - b.id),
  groups:
    store.view === 'flows'
      ? []
      : store.shown.groups
          .map(({ names, totals }) => ({ names, totals }))
          .toSorted((a, b) => (groupId(a.totals.key) < groupId(b.totals.key) ? -1 : 1)),
})

/** Rates that both know: one that is not held may be unknown, and must not be wrong. */
const ratesKnownTo = (store: MonitorStore, other: MonitorStore) =>
  rowsOf(store)
    .flatMap(({ id, txRate, rxRate }) => {
      const known = rowsOf(other).find((row) => row.id === id)
      if (txRate === undefined || known?.txRate === undefined) return []
      return [[id, txRate.toFixed(3), rxRate?.toFixed(3)]]
    })
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
const rowsOf = (store: MonitorStore) =>
  store.view === 'flows' ? store.flows.rows : store.shown.groups

/** Looks at what there is now, as the monitor does after each key. */
function settle(store: MonitorStore, host: DemoHost): void {
  store.settle()
  const wanted = store.tables.askWanted()
  if (wanted) wanted.take(host.answer(wanted.query))
}

describe('a paused screen', () => {
  test('shows of its moment, whatever is looked at, what a live screen showed then', () => {
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 3 }),
        fc.array(act, { maxLength: 6 }),
        (first, then) => {
          const stores = [new MonitorStore(), new MonitorStore()] as const
          const hosts = [new DemoHost(7), new DemoHost(7)] as const
          const [held, live] = stores
          for (let second = 0; second < 3; second++)
            for (const i of [0, 1] as const) {
              hosts[i].step()
              hear(stores[i], hosts[i])
            }
          for (const one of first)
            for (const i of [0, 1] as const) {
              one(stores[i])
              hear(stores[i], hosts[i])
            }
          held.togglePause()
          settle(held, hosts[0])
          for (const one of then) {
            // Time goes on for one of them.
            hosts[0].step()
            hear(held, hosts[0])
            one(held)
            settle(held, hosts[0])
            one(live)
            hear(live, hosts[1])
            expect(picture(held)).toEqual(picture(live))
            expect(ratesKnownTo(held, live)).toEqual(ratesKnownTo(live, held))
          }
          expect(held.tables.missing).toBeUndefined()
          // Going on it shows now again.
          held.togglePause()
          hear(held, hosts[0])
          const fresh = new MonitorStore()
          fresh.show(held.view)
          for (const query of held.queries) fresh.take(hosts[0].answer(query), query)
          expect(picture(held)).toMatchObject({ ...picture(fresh), crumbs: picture(held).crumbs })
        },
      ),
      { numRuns: 100 },
    )
  })

  test('asks for what was not looked at once, and says so where nobody answers', () => {
    const store = new MonitorStore()
    const host = new DemoHost(7)
    store.filter.keep('tcp')
    hear(store, host)
    store.togglePause()
    expect(store.tables.askWanted()?.query).toEqual({ kind: 'flows' })
    expect(store.tables.askWanted()).toBeUndefined()
    expect(store.tables.missing).toBeUndefined()
    store.filter.clear()
    store.settle()
    expect(store.tables.missing).toMatch(/of other flows .* nothing is known/)
    expect(store.flows.rows.every(({ flow }) => flow.protocol === 6)).toBe(true)
  })

  test('does not show what was asked for it to the pause after it', () => {
    const store = new MonitorStore()
    const query = { kind: 'flows' } as const
    const tell = (ids: readonly number[]) =>
      ({
        coverage: wholeCoverage,
        rows: { kind: 'flows', flows: ids.map((id) => flowOf({ id })) },
      }) as const
    store.filter.keep('port 443')
    store.take(tell([1]), query)
    store.togglePause()
    const late = store.tables.askWanted()
    store.togglePause()
    store.take(tell([2]), query)
    store.togglePause()
    late?.take(tell([1, 3]))
    expect(store.flows.rows.map(({ id }) => id)).toEqual([2])
  })

  test('says that groups are of the list alone where flows are no longer in it', () => {
    const store = new MonitorStore()
    const coverage = { ...wholeCoverage, flowsLetGo: 7 }
    store.take({ coverage, rows: { kind: 'flows', flows: [flowOf({ id: 1 })] } }, { kind: 'flows' })
    store.togglePause()
    expect(store.tables.missing).toBeUndefined()
    store.show('users')
    store.settle()
    expect(store.tables.missing).toMatch(/without 7 that ended/)
  })

  test('is left for the past, which stands still by itself', () => {
    const store = new MonitorStore()
    hear(store, new DemoHost(7))
    store.togglePause()
    store.time.step(-1, wholeCoverage.to)
    store.settle()
    expect(store.paused).toBe(false)
    expect(store.queries).toMatchObject([{ range: store.time.range }])
    store.togglePause()
    expect([store.paused, store.message?.text]).toEqual([false, 'what is past stands still'])
  })
})
