import { describe, expect, test } from 'vitest'
import type { FlowRecord } from '../../src/model/flow.ts'
import { useWhereabouts } from '../../src/model/whereabouts/known-whereabouts.ts'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import type { Query } from '../../src/query/session.ts'
import { Totals } from '../../src/query/totals.ts'
import { whereaboutsTold } from '../../src/query/whereabouts.ts'
import type { MonitorStore } from '../../src/ui/store/monitor-store.ts'
import { recordOf } from '../sim/record.ts'
import { address } from '../sim/sample.ts'
import { useSmallWhereabouts } from '../sim/small-whereabouts.ts'
import { processOwner, wholeCoverage } from './demo-session.ts'
import { showStore } from './shown-screen.ts'

const remotes = ['1.1.1.1', '8.8.8.8', '8.8.8.9', '9.9.9.9', '10.0.0.7', '2620:fe::fe', '127.0.0.1']
const flows: readonly FlowRecord[] = remotes.map((remote, i) =>
  recordOf({
    id: i + 1,
    remoteAddress: address(remote),
    remotePort: 443,
    owner: processOwner('curl', 4711, 'alice'),
    txBytes: 1000 * (i + 1),
  }),
)

function answer(query: Query) {
  const { where } = query
  const told = whereaboutsTold(query)
  const coverage = { ...wholeCoverage, ...(told && { whereabouts: [told] }) }
  const rows = flows.filter(where ? flowPredicate(where) : () => true)
  if (query.kind === 'flows') return { coverage, rows: { kind: 'flows', flows: rows } as const }
  const totals = new Totals(query.by, 'web1')
  for (const flow of rows) totals.add(flow)
  return { coverage, rows: { kind: 'totals', groups: totals.groups() } as const }
}

/** How often the database was read. */
let reads = 0
/** What a user sees after some acts, each of which ends when the database is read and the session has answered. */
async function seen(columns: number, ...acts: readonly ((store: MonitorStore) => void)[]) {
  reads = 0
  const loadWhereabouts = async () => {
    reads += 1
    await Promise.resolve()
  }
  const { store, terminal, display } = showStore({ columns, rows: 24 }, '16', 'system', {
    loadWhereabouts,
  })
  const hear = () => {
    for (const query of store.queries) store.take(answer(query), query)
    display.paint()
  }
  hear()
  for (const act of acts) {
    act(store)
    await new Promise(setImmediate)
    hear()
  }
  const text = await terminal.text()
  display.close()
  return text
}

const golden = (name: string) => `../golden/ui/whereabouts-${name}.txt`
const toggle = (store: MonitorStore) => store.whereabouts.toggle()
const first = (store: MonitorStore) => store.table.move(1)

describe('country and AS', () => {
  test('are not on the screen, and not read, before they are wanted', async () => {
    expect(await seen(160)).not.toMatch(/CTRY|Cloudflare/)
    expect(reads).toBe(0)
    expect(await seen(160, toggle, toggle)).not.toMatch(/CTRY|Cloudflare/)
    expect(reads).toBe(1)
  })

  test('stand beside the addresses of flows and of remote hosts, with their day', async () => {
    useSmallWhereabouts()
    await expect(`${await seen(160, toggle)}\n`).toMatchFileSnapshot(golden('flows-160x24'))
    expect(await seen(80, toggle)).toMatch(/8\.8\.8\.9:443 +DE/)
    const hosts = await seen(120, toggle, (store) => store.show('remotes'))
    expect(hosts).toMatch(/1\.1\.1\.1 +AU +13335 Cloudflare, I…/)
    expect(hosts).toMatch(/9\.9\.9\.9 +- +unlisted +\d/)
    expect(hosts).toMatch(/10\.0\.0\.7 +- +private +\d/)
    expect(hosts).not.toContain('A small database')
    const covered = await seen(120, toggle, (store) => store.pages.open('coverage'))
    expect(covered).toContain('announced on 2026-06-17 (A small database).')
  })

  test('make groups that open on their own flows', async () => {
    useSmallWhereabouts()
    const countries = await seen(80, (store) => store.show('countries'))
    await expect(`${countries}\n`).toMatchFileSnapshot(golden('countries-80x24'))
    const systems = await seen(100, (store) => store.show('systems'))
    await expect(`${systems}\n`).toMatchFileSnapshot(golden('systems-100x24'))
    for (const [view, entered] of [
      ['countries', 'US United States'],
      ['systems', '15169'],
      ['systems', 'private'],
      ['countries', 'unlisted'],
    ] as const) {
      const text = await seen(
        120,
        (store) => store.show(view),
        (store) =>
          store.groups.select(store.groups.rows.find(({ names }) => names[0] === entered)!.id),
        (store) => store.openRow(),
      )
      expect(text).toContain(entered)
      const mine = flows.filter(({ remoteAddress }) =>
        text.includes(remotes[flows.findIndex((one) => one.remoteAddress === remoteAddress)]!),
      )
      expect(mine.length, text).toBeGreaterThan(0)
      expect(text).toMatch(new RegExp(`${mine.length} ended`))
    }
  })

  test('unfold into AS, these into addresses', async () => {
    useSmallWhereabouts()
    const unfold = (store: MonitorStore) => store.turnFold('open')
    const text = await seen(
      100,
      (store) => store.show('countries'),
      (store) =>
        store.groups.select(
          store.groups.rows.find(({ names }) => names[0] === 'US United States')!.id,
        ),
      unfold,
      first,
      unfold,
    )
    expect(text).toMatch(/-. US United States[^]*19281 a b[^]*2620:fe::fe[^]*15169/)
  })

  test('of a flow are on its page, and why there are none', async () => {
    useSmallWhereabouts()
    const page = (remote: string) =>
      seen(
        100,
        toggle,
        (store) => store.flows.select(1 + remotes.indexOf(remote)),
        (store) => store.openDetail(),
      )
    expect(await page('1.1.1.1')).toMatch(
      /registered +Australia \(AU\), on 2026-06-17\s+announced by +AS 13335 Cloudflare, Inc\./,
    )
    expect(await page('10.0.0.7')).toMatch(/registered +to nobody: private\s+protocol/)
    expect(await page('9.9.9.9')).toMatch(/registered +not listed on 2026-06-17\s+protocol/)
  })

  test('without a database are columns that are not there, groups that are unknown, and a warning', async () => {
    useWhereabouts(() => ({ kind: 'missing', why: 'The database /x is not there.' }))
    const listed = await seen(160, toggle)
    expect(listed).toContain('! Countries and AS are not known: The database /x is not there.')
    expect(listed).not.toContain('CTRY')
    const grouped = await seen(100, (store) => store.show('countries'))
    expect(grouped).toContain('Countries and AS are not known: The database /x is not there.')
    expect(grouped).toMatch(/<unknown> +0 +5 /)
    expect(grouped).toMatch(/private +0 +1 /)
    expect(grouped).not.toMatch(/AU|US|DE /)
  })

  test('are hidden while addresses are pseudonyms', async () => {
    useSmallWhereabouts()
    const text = await seen(160, toggle, (store) =>
      store.mask({ isMasked: true, renamed: (filter) => filter }),
    )
    expect(text).not.toContain('CTRY')
  })
})
