import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowFlag, type FlowRecord } from '../../../src/model/flow.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import type { Query } from '../../../src/query/session.ts'
import { flowPredicate } from '../../../src/query/filter/flow-predicate.ts'
import { Totals } from '../../../src/query/totals.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { askedWithin } from '../../../src/ui/store/navigation.ts'
import type { GroupRow } from '../../../src/ui/store/rows.ts'
import { groupViewNames, type GroupViewName } from '../../../src/ui/store/views.ts'
import { anyFlow } from '../../sim/any-flow.ts'
import { flowOf, processOwner, wholeCoverage } from '../demo-session.ts'

const someFlows = fc.array(anyFlow, { minLength: 1, maxLength: 14 }).map((flows) =>
  flows.map((flow, i): FlowRecord => {
    // Sums are exact to 2^53.
    const [txBytes, rxBytes] = [flow.txBytes % 2 ** 40, flow.rxBytes % 2 ** 40]
    return { ...flow, id: i + 1, txBytes, rxBytes }
  }),
)
const someView = fc.constantFrom(...groupViewNames.filter((name) => name !== 'hosts'))

function tell(store: MonitorStore, flows: readonly FlowRecord[], flowsLetGo = 0, more = 0): void {
  for (const query of store.queries) {
    const coverage = { ...wholeCoverage, flowsLetGo }
    const rows = rowsOf(query, flows, more)
    store.take({ coverage, rows }, query)
  }
}

/** With `more` flows of the first one's groups that are in totals only. */
function rowsOf(query: Query, flows: readonly FlowRecord[], more: number) {
  if (query.kind === 'flows') return { kind: 'flows', flows } as const
  const totals = new Totals(query.by, wholeCoverage.host)
  for (const flow of flows) totals.add(flow)
  for (let i = 0; i < more; i++) totals.add(flows[0]!)
  return { kind: 'totals', groups: totals.groups() } as const
}

/** Unfolds whatever can be. */
function unfoldAll(store: MonitorStore): void {
  for (let place = 0; place < store.groups.rows.length; place++) {
    store.table.select(store.groups.rows[place]!.id)
    if (store.groups.selected?.fold === 'closed') store.turnFold('open')
  }
}

const shownIn = (view: GroupViewName) => {
  const store = new MonitorStore()
  store.show(view)
  return store
}
const bytesOf = ({ totals }: GroupRow) => totals.txBytes + totals.rxBytes
const isCarrier = ({ flow }: GroupRow) => flow && (flow.flow.flags & flowFlag.carrier) !== 0

describe('a row that is unfolded', () => {
  test('is the sum of its parts, and each flow is at the end of one branch', () => {
    fc.assert(
      fc.property(someFlows, someView, (flows, view) => {
        const store = shownIn(view)
        tell(store, flows)
        unfoldAll(store)
        const { rows } = store.groups
        for (const row of rows) {
          const { parts } = row
          if (!parts) continue
          const sum = (of: (part: GroupRow) => number) =>
            parts.filter((part) => !isCarrier(part)).reduce((all, part) => all + of(part), 0)
          expect(sum(bytesOf)).toBeCloseTo(bytesOf(row), 3)
          expect(sum(({ totals }) => totals.flows)).toBe(row.totals.flows)
          expect(sum(({ share }) => share)).toBeCloseTo(row.share)
        }
        const leaves = rows.flatMap(({ flow }) => (flow ? [flow.id] : []))
        const counted = flows.filter(({ flags }) => (flags & flowFlag.carrier) === 0)
        expect(new Set(leaves).size).toBe(leaves.length)
        expect(leaves).toEqual(expect.arrayContaining(counted.map(({ id }) => id)))
      }),
    )
  })

  test('leads, entered, to the flows below it', () => {
    fc.assert(
      fc.property(someFlows, fc.constantFrom('users', 'containers', 'networks'), (told, view) => {
        const flows = told.map((flow) => ({ ...flow, flags: 0 }))
        const store = shownIn(view)
        tell(store, flows)
        unfoldAll(store)
        for (const row of store.groups.rows) {
          const { where } = askedWithin(undefined, row.scopes())
          const matches = where ? flowPredicate(where) : () => true
          const found = flows.filter(matches).map(({ id }) => id)
          const expected = row.flow ? [row.flow.id] : found.slice(0, row.totals.flows)
          expect(found).toEqual(expect.arrayContaining(expected))
          expect(row.flow ? 0 : found.length).toBe(row.flow ? 0 : row.totals.flows)
        }
      }),
    )
  })

  test('says how much of it is no longer listed', () => {
    const store = shownIn('users')
    tell(store, [flowOf({ id: 1, txBytes: 10 })], 3, 3)
    unfoldAll(store)
    const rest = store.groups.rows.find(({ names }) => names[0] === 'no longer listed')
    expect(rest?.totals).toMatchObject({ flows: 3, txBytes: 30 })
  })

  test('stays so, with the selection on the same row, while the order changes', () => {
    const owners = ['nginx', 'sshd'].map((name, i) => processOwner(name, 10 + i, 'root'))
    const flowsAt = (bytes: readonly number[]) =>
      bytes.map((txBytes, i) => flowOf({ id: i + 1, owner: owners[i % 2]!, txBytes }))
    const store = shownIn('processes')
    store.groups.sortBy('total')
    tell(store, flowsAt([100, 10, 50, 5]))
    store.table.move(1)
    store.turnFold('open')
    store.table.move(2)
    expect(store.groups.selected?.flow?.id).toBe(3)
    tell(store, flowsAt([100, 1000, 500, 50]))
    expect(store.groups.rows.map(({ flow, names }) => flow?.id ?? names[0])).toEqual([
      'sshd',
      'nginx',
      3,
      1,
    ])
    expect(store.groups.selected?.flow?.id).toBe(3)
    store.turnFold('closed')
    expect(store.groups.selected?.names[0]).toBe('nginx')
    store.turnFold('closed')
    expect(store.groups.rows).toHaveLength(2)
  })
})

describe('the tree of processes', () => {
  const process = (name: string, pid: number, parentPid: number, start = pid) => ({
    ...processOwner(name, pid, 'root'),
    parentPid,
    start: hostTime(start),
  })
  const treeOf = (processes: readonly ReturnType<typeof process>[]) => {
    const store = shownIn('tree')
    tell(
      store,
      processes.map((owner, i) => flowOf({ id: i + 1, owner, txBytes: 10 ** i })),
    )
    store.groups.sortBy('total')
    return store
  }
  const lines = (store: MonitorStore) => {
    const { rows, leads } = store.groups.window(99)
    return rows.map(({ names, totals }, i) => `${leads[i] ?? ''}${names[0]} ${totals.txBytes}`)
  }

  test('has each below the one that started it, with the sums of all below', () => {
    const store = treeOf([
      process('make', 20, 10),
      process('bash', 10, 1),
      process('curl', 30, 20),
      process('sshd', 5, 1),
    ])
    expect(lines(store)).toEqual([
      'sshd 1000',
      'bash 111',
      '├─make 101',
      '│ ├─curl 100',
      '│ └─itself 1',
      '└─itself 10',
    ])
  })

  test('has a row for the silent parent of several, and none for that of one', () => {
    const store = treeOf([process('a', 11, 10), process('b', 12, 10), process('c', 21, 20)])
    expect(lines(store)).toEqual(['c 100', '<no flows> 11', '├─b 10', '└─a 1'])
  })

  test('does not take a later process with the number of an earlier one for its parent', () => {
    const store = treeOf([process('new', 10, 1, 500), process('old', 11, 10, 100)])
    expect(lines(store)).toEqual(['old 10', 'new 1'])
  })

  test('is whole where numbers lead around', () => {
    const store = treeOf([process('a', 10, 11, 0), process('b', 11, 10, 0)])
    expect(lines(store).join()).toMatch(/a/)
    expect(lines(store).join()).toMatch(/b/)
  })

  test('folds, and entered leads to the flows of all below', () => {
    const store = treeOf([process('bash', 10, 1), process('curl', 30, 10)])
    store.table.move(1)
    store.turnFold('closed')
    expect(lines(store)).toEqual(['bash 11'])
    store.openRow()
    expect(store.view).toBe('flows')
    const { where } = store.which
    expect(where && flowPredicate(where)(flowOf({ id: 9, owner: process('curl', 30, 10) }))).toBe(
      true,
    )
    expect(where && flowPredicate(where)(flowOf({ id: 9, owner: process('vi', 31, 10) }))).toBe(
      false,
    )
  })
})
