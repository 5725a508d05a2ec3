import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanText } from '../../../src/model/clean-text.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { flowPredicate } from '../../../src/query/filter/flow-predicate.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'
import type { Answer, Query, Session } from '../../../src/query/session.ts'
import { noTotals, Totals } from '../../../src/query/totals.ts'
import { lookElsewhere } from '../../../src/ui/look-elsewhere.ts'
import { elsewhereLines } from '../../../src/ui/paint/elsewhere.ts'
import { cellWidth } from '../../../src/ui/text/cells.ts'
import { offersOfFlow, offersOfGroup, placesFound } from '../../../src/ui/store/elsewhere.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { flowRow, groupRow } from '../../../src/ui/store/rows.ts'
import { groupViewNames, groupViewOf } from '../../../src/ui/store/views.ts'
import { anyFlow } from '../../sim/any-flow.ts'
import { flowOf, processOwner, wholeCoverage } from '../demo-session.ts'

const noRates = { txRate: undefined, rxRate: undefined, history: undefined }
/** Texts of flows are clean. */
const flow = anyFlow.map((one) => {
  const { owner } = one
  if (owner.kind !== 'process') return one
  const clean = (text: string) => cleanText(text, 100)
  const owned = { ...owner, process: clean(owner.process) || 'x', exe: clean(owner.exe) }
  return { ...one, owner: owned, actor: undefined }
})
const matches = (text: string, one: Parameters<ReturnType<typeof flowPredicate>>[0]) => {
  const parsed = parseFilter(text)
  expect(parsed.ok, text).toBe(true)
  return parsed.ok && flowPredicate(parsed.filter)(one)
}

describe('what to look for elsewhere', () => {
  test('of a flow are filters that match it, whatever its names are', () => {
    fc.assert(
      fc.property(flow, (one) => {
        const offers = offersOfFlow(flowRow(one, noRates))
        expect(offers.length).toBeGreaterThan(0)
        const [otherEnd, same] = [true, false].map((isOther) =>
          offers.filter(({ help }) => help.includes('other end') === isOther),
        )
        for (const { text } of same!) expect(matches(text, one), text).toBe(true)
        const { localAddress, localPort, remoteAddress, remotePort } = one
        const there = {
          ...one,
          localAddress: remoteAddress,
          localPort: remotePort,
          remoteAddress: localAddress,
          remotePort: localPort,
        }
        for (const { text } of otherEnd!) expect(matches(text, there), text).toBe(true)
      }),
    )
  })

  test('of a group are filters that match all of its flows', () => {
    fc.assert(
      fc.property(flow, fc.constantFrom(...groupViewNames), (one, name) => {
        const view = groupViewOf(name)
        const totals = new Totals(view.by, 'web1')
        totals.add({ ...one, flags: 0 })
        const [group] = totals.groups()
        const row = groupRow(group!, view, { rates: noRates, allBytes: 1, hosts: undefined })
        for (const { text } of offersOfGroup(row, view)) expect(matches(text, one), text).toBe(true)
      }),
    )
  })
})

const group = (host: string, process: string, txBytes: number) => ({
  ...noTotals([host, process, 'alice']),
  flows: 1,
  txBytes,
})

test('places of now and of the week are one list, the largest first, none twice', () => {
  const found = placesFound(
    [group('web1', 'curl', 5), { ...noTotals(['web9']), flows: 0 }],
    [group('web1', 'curl', 50), group('db1', 'curl', 70)],
  )
  expect(found.map(({ names, now, recorded }) => [names, now.txBytes, recorded.txBytes])).toEqual([
    [['db1', 'curl', 'alice'], 0, 70],
    [['web1', 'curl', 'alice'], 5, 50],
  ])
})

describe('looking elsewhere', () => {
  const hosts = [
    { host: 'web1', state: 'answered', why: '', mark: { name: 'prod', colour: 'red' } },
    { host: 'db1', state: 'unreachable', why: 'no route to it' },
  ] as const
  const coverage = { ...wholeCoverage, host: 'heard 1 of 2 (1 unreachable)', hosts }
  const ofAlice = flowOf({ id: 1, owner: processOwner('curl', 99, 'alice') })
  const storeOfMany = () => {
    const store = new MonitorStore()
    for (const query of store.queries)
      store.take({ coverage, rows: { kind: 'flows', flows: [ofAlice], hosts: ['web1'] } }, query)
    return store
  }
  const asked: Query[] = []
  const session: Session = {
    ask(query) {
      asked.push(query)
      const rows = { kind: 'totals', groups: [group('web1', 'curl', 1234)] } as const
      const past = { missing: ['db1: unreachable: no route to it'] }
      return Promise.resolve<Answer>({ rows, coverage: { ...coverage, past } })
    },
    watch: () => {
      throw new Error('not watched')
    },
    close() {},
  }
  const now = hostTime(Date.UTC(2026, 2, 14))

  test('leaves filter and groups behind, and comes back to them', async () => {
    const store = storeOfMany()
    store.filter.keep('port 443')
    store.time.goTo(hostTime(now - 3_600_000), now)
    const before = store.queries
    await lookElsewhere(session, store, { text: 'user alice', now })
    expect(store.view).toBe('places')
    expect(store.time.range).toBeUndefined()
    expect(store.queries).toMatchObject([
      { kind: 'flows', where: { word: 'user' } },
      { kind: 'totals' },
    ])
    expect(asked.at(-1)).toMatchObject({ range: { from: now - 7 * 86_400_000, to: now } })
    store.back()
    expect(store.filter.text).toBe('port 443')
    expect(store.queries.map(({ kind }) => kind)).toEqual(before.map(({ kind }) => kind))
  })

  test('shows the week as it comes, with who was not heard', async () => {
    const store = storeOfMany()
    const looking = lookElsewhere(session, store, { text: 'user alice', now })
    const page = () => elsewhereLines(store, 100, (_, text) => text).join('\n')
    expect(page()).toMatch(/last week +asking/)
    await looking
    expect(page()).toMatch(/prod:web1 +curl +alice +0 +0 +0 +1 +1\.23k +0/)
    expect(page()).toContain('! db1: unreachable: no route to it')
    for (const columns of [60, 80, 100, 238]) {
      const lines = elsewhereLines(store, columns, (_, text) => text)
      expect(Math.max(...lines.map(cellWidth)), `${columns}`).toBeLessThanOrEqual(columns)
    }
  })
})
