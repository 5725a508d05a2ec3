import { expect, test } from 'vitest'
import { hostTime } from '../../../src/model/quantity.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { resetView } from '../../../src/ui/store/reset-view.ts'
import { DemoHost } from '../demo-session.ts'
import { hear } from '../shown-screen.ts'

test('whatever was filtered, entered, ordered, paused and chosen, the view is as at first', () => {
  const store = new MonitorStore()
  const host = new DemoHost(7)
  hear(store, host)
  const first = { queries: store.queries, rows: store.flows.rows.map(({ id }) => id) }
  store.filter.keep('tcp')
  store.show('users')
  hear(store, host)
  store.table.move(1)
  store.turnFold('open')
  expect(store.groups.rows.map(({ fold }) => fold)).toContain('open')
  store.openRow()
  hear(store, host)
  store.table.nextSort()
  store.table.toggleFrozen()
  store.table.move(3)
  store.columns.choose('flows', ['user'])
  store.togglePause()
  store.time.step(-1, hostTime(Date.now()))
  store.pages.open('help')
  resetView(store)
  store.show('flows')
  resetView(store)
  hear(store, host)
  expect(store.queries).toEqual(first.queries)
  expect(store.flows.rows.map(({ id }) => id)).toEqual(first.rows)
  expect([store.paused, store.table.frozen, store.table.selectedId]).toEqual([
    false,
    false,
    undefined,
  ])
  store.show('users')
  expect(store.groups.rows.map(({ fold }) => fold)).not.toContain('open')
  expect([store.pages.page, store.columns.of('flows')]).toEqual([undefined, undefined])
})
