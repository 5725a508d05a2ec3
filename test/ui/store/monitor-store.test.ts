import { describe, expect, test } from 'vitest'
import { flowFlag, type FlowRecord } from '../../../src/model/flow.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { Totals } from '../../../src/query/totals.ts'
import { totalsCanBeShort } from '../../../src/ui/store/host-rates.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { flowOf, processOwner, wholeCapture, wholeCoverage } from '../demo-session.ts'

const coverageAt = (second: number) => ({
  ...wholeCoverage,
  to: hostTime(wholeCoverage.from + second * 1000),
})

/** What a session says of these flows at a second: both answers. */
function tell(store: MonitorStore, second: number, flows: readonly FlowRecord[]): void {
  const coverage = coverageAt(second)
  const totals = new Totals(['process', 'user'])
  for (const flow of flows) totals.add(flow)
  store.take({ coverage, rows: { kind: 'flows', flows } })
  store.take({ coverage, rows: { kind: 'totals', groups: totals.groups() } })
}
/** The same of a run of the recorder that began at `from` seconds. */
function tellOfRun(store: MonitorStore, from: number, second: number, flow: FlowRecord): void {
  const coverage = { ...coverageAt(second), from: coverageAt(from).to }
  const totals = new Totals(['process', 'user'])
  totals.add(flow)
  store.take({ coverage, rows: { kind: 'flows', flows: [flow] } })
  store.take({ coverage, rows: { kind: 'totals', groups: totals.groups() } })
}
const ofAlice = { owner: processOwner('curl', 99, 'alice') }

describe('the store', () => {
  test('rates are differences of successive answers over their time, and unknown before there are two', () => {
    const store = new MonitorStore()
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
    expect(store.groups.selected).toMatchObject({ process: 'nginx', txRate: undefined })
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

  test('opening a group shows its flows alone, and back returns to the group', () => {
    const store = new MonitorStore()
    tell(store, 0, [flowOf({ id: 1 }), flowOf({ id: 2, txBytes: 5, ...ofAlice })])
    store.nextView()
    store.table.move(1)
    store.openRow()
    expect(store.view).toBe('flows')
    expect(store.flows.rows.map((row) => row.id)).toEqual([2])
    tell(store, 1, [flowOf({ id: 1 }), flowOf({ id: 3, ...ofAlice })])
    expect(store.flows.rows.map((row) => row.id)).toEqual([3])
    store.back()
    expect(store.view).toBe('groups')
    expect(store.groups.selected?.process).toBe('curl')
    store.nextView()
    expect(store.flows.rows).toHaveLength(2)
  })

  test('Enter on a flow, or with nothing selected, opens nothing', () => {
    const store = new MonitorStore()
    tell(store, 0, [flowOf({ id: 1 })])
    store.openRow()
    store.nextView()
    store.openRow()
    expect(store.view).toBe('groups')
    expect(store.within).toBeUndefined()
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

describe('sums that can be short', () => {
  const coverageOf = (capture: Partial<typeof wholeCapture>) => ({
    ...wholeCoverage,
    capture: { ...wholeCapture, ...capture },
  })

  test('a whole capture is not', () => {
    expect(totalsCanBeShort(wholeCoverage)).toBe(false)
  })

  test('a source without UDP is, one without process names is not', () => {
    const without = (sight: string) => wholeCapture.sees.filter((one) => one !== sight)
    expect(totalsCanBeShort(coverageOf({ sees: without('udp') }))).toBe(true)
    expect(totalsCanBeShort(coverageOf({ sees: without('short') }))).toBe(true)
    expect(totalsCanBeShort(coverageOf({ sees: without('pid') }))).toBe(false)
  })

  test('a loss and a stale stream are', () => {
    const lost = [{ reason: 'ring-full', count: 1, last: wholeCoverage.to }]
    expect(totalsCanBeShort(coverageOf({ lost }))).toBe(true)
    expect(totalsCanBeShort({ ...wholeCoverage, stale: 'ended' })).toBe(true)
  })
})
