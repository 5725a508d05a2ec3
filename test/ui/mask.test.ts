import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress, parseAddress } from '../../src/model/address.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { screenLimits } from '../../src/model/screen-limits.ts'
import { flowPredicate } from '../../src/query/filter/flow-predicate.ts'
import type { Answer, Query, Session } from '../../src/query/session.ts'
import { Totals } from '../../src/query/totals.ts'
import { exportedRows } from '../../src/ui/exported-rows.ts'
import { MaskedSession } from '../../src/ui/mask/masked-session.ts'
import { Pseudonyms } from '../../src/ui/mask/pseudonyms.ts'
import { groupViewNames } from '../../src/ui/store/views.ts'
import { flowOf, processOwner, wholeCapture, wholeCoverage } from './demo-session.ts'
import { showStore } from './shown-screen.ts'

const address = (text: string) => parseAddress(text)!
const secret = /secret|203\.0\.113|198\.51\.100|2001:db8|192\.0\.2/
const remotes = ['203.0.113.7', '203.0.113.8', '198.51.100.9', '2001:db8:7::5', '127.0.0.1']
const flows: readonly FlowRecord[] = remotes.map((remote, i) => {
  const owner = processOwner('nginx', 7 + i, i % 2 ? 'secret-alice' : 'secret-bob')
  return flowOf({
    id: i + 1,
    txBytes: 1000 * (i + 1),
    localAddress: address(remote.includes(':') ? '2001:db8::1' : '192.0.2.10'),
    remoteAddress: address(remote),
    owner: {
      ...owner,
      exe: `/home/secret-${i}/bin/x`,
      cgroup: `/secret/${i}`,
      container: `docker:secret${i % 2}`,
    } as FlowRecord['owner'],
  })
})
const coverage: Answer['coverage'] = {
  ...wholeCoverage,
  host: 'secret-host',
  capture: { ...wholeCapture, blind: ['secret-host does not say what 203.0.113.7 is'] },
}

/** A host with these flows. */
const session: Session = {
  async ask(query: Query): Promise<Answer> {
    const shown = query.where ? flows.filter(flowPredicate(query.where)) : flows
    const totals = new Totals(query.kind === 'totals' ? query.by : [], 'secret-host')
    for (const flow of shown) totals.add(flow)
    const past = query.range ? { past: { missing: ['secret-host was off'] } } : {}
    return {
      coverage: { ...coverage, ...past },
      rows:
        query.kind === 'flows'
          ? { kind: 'flows', flows: shown }
          : { kind: 'totals', groups: totals.groups() },
    }
  },
  async *watch(query) {
    yield this.ask(query)
  },
  close() {},
}

function maskedScreen() {
  const masked = new MaskedSession(session)
  const shown = showStore({ columns: 238, rows: 40 })
  const hear = async () => {
    for (const query of shown.store.queries)
      for await (const answer of masked.watch(query, millis(1000))) shown.store.take(answer, query)
    shown.display.paint()
  }
  const toggle = () => shown.store.mask(masked.toggle())
  return { ...shown, masked, hear, toggle }
}

describe('a masked screen', () => {
  test('shows no name and no address of any row, in any view or page', async () => {
    const { store, terminal, display, hear, toggle } = maskedScreen()
    store.filter.keep('user secret-alice or host 203.0.113.7 or host 198.51.100.9')
    await hear()
    expect(await terminal.text()).toMatch(secret)
    toggle()
    terminal.frames.length = 0
    display.paint()
    const acts = [
      ...groupViewNames.map((view) => () => store.show(view)),
      () => store.show('flows'),
      () => store.table.move(1),
      () => store.openDetail(),
      () => store.pages.open('coverage'),
      () => store.pages.open('chart'),
      () => store.pages.close(),
      () => store.show('users'),
      () => store.table.move(1),
      () => store.openDetail(),
      () => store.pages.close(),
      () => store.openRow(),
      () => store.show('containers'),
      () => store.prompting.editFilter(),
      () => store.prompting.leave(),
      () => store.time.goTo(hostTime(wholeCoverage.to), hostTime(wholeCoverage.to)),
    ]
    for (const act of acts) {
      act()
      await hear()
      expect(await terminal.text()).toContain('MASKED')
    }
    expect(secret.exec(terminal.frames.join(''))?.[0]).toBeUndefined()
    // What is of no host in particular, ports and programs stay.
    expect(terminal.frames.join('')).toMatch(/nginx/)
    display.close()
  })

  test('a group opens on its own flows, and what is exported has the real names', async () => {
    const { store, display, masked, hear, toggle } = maskedScreen()
    toggle()
    for (const view of ['users', 'containers', 'cgroups', 'remotes', 'networks'] as const) {
      store.show(view)
      await hear()
      for (const group of store.groups.rows) {
        store.groups.select(group.id)
        store.openRow()
        await hear()
        const bytes = store.flows.rows.reduce((sum, { flow }) => sum + flow.txBytes, 0)
        expect(bytes, `${view} ${group.id}`).toBe(group.totals.txBytes)
        store.back()
        await hear()
      }
      const rows = masked.realRows(exportedRows(store)!)
      const real = await session.ask({ kind: 'totals', by: rows.kind === 'groups' ? rows.by : [] })
      const groups = rows.kind === 'groups' ? [...rows.groups] : []
      const key = (group: { readonly key: readonly unknown[] }) => JSON.stringify(group.key)
      const expected = real.rows.kind === 'totals' ? [...real.rows.groups] : []
      expect(groups.map(key).sort()).toEqual(expected.map(key).sort())
    }
    store.show('flows')
    await hear()
    const exported = masked.realRows(exportedRows(store)!)
    expect(exported.kind === 'flows' && new Set(exported.flows)).toEqual(new Set(flows))
    expect(exported.coverage.host).toBe('secret-host')
    display.close()
  })

  test('a country opens on its flows, and does not unfold into those of pseudonyms', async () => {
    const { store, display, hear, toggle } = maskedScreen()
    store.show('countries')
    await hear()
    expect(store.groups.rows.map(({ fold }) => fold)).toContain('closed')
    toggle()
    await hear()
    expect(new Set(store.groups.rows.map(({ fold }) => fold))).toEqual(new Set(['none']))
    for (const group of store.groups.rows) {
      store.groups.select(group.id)
      store.openRow()
      await hear()
      const bytes = store.flows.rows.reduce((sum, { flow }) => sum + flow.txBytes, 0)
      expect(bytes, group.id).toBe(group.totals.txBytes)
      store.back()
      await hear()
    }
    display.close()
  })

  test('taken off, the same filter is there again in real names, and the flows', async () => {
    const { store, terminal, display, hear, toggle } = maskedScreen()
    store.filter.keep('user secret-alice and remote net 203.0.113.0/24')
    toggle()
    await hear()
    expect(store.flows.rows).toHaveLength(1)
    expect(store.filter.text).not.toMatch(secret)
    toggle()
    await hear()
    expect(store.filter.text).toBe('user secret-alice and remote net 203.0.113.0/24')
    expect(await terminal.text()).toMatch(/203\.0\.113\.8/)
    display.close()
  })
})

describe('pseudonyms', () => {
  test('an address has one of its own, in the network of its neighbours, and it leads back', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 })
    const v4 = fc.ipV4().map(address)
    fc.assert(
      fc.property(fc.array(fc.oneof(v4, bytes), { maxLength: 60 }), (all) => {
        const names = new Pseudonyms()
        const texts = [...new Set(all.map(formatAddress))]
        const masked = texts.map((text) => names.address(address(text)))
        expect(new Set(masked.map(formatAddress)).size).toBe(texts.length)
        expect(masked.map((one) => formatAddress(names.realAddress(one)))).toEqual(texts)
        expect(texts.map((text) => names.address(address(text)))).toEqual(masked)
      }),
    )
    const names = new Pseudonyms()
    const [a, b, c] = ['203.0.113.7', '203.0.113.200', '203.0.114.7'].map((text) =>
      names.address(address(text)),
    )
    expect(a!.subarray(0, 15)).toEqual(b!.subarray(0, 15))
    expect(a!.subarray(0, 15)).not.toEqual(c!.subarray(0, 15))
  })

  test('past the limit new names have one together, and known ones keep theirs', () => {
    const names = new Pseudonyms()
    const { pseudonymsMax } = screenLimits
    for (let i = 0; i < pseudonymsMax; i++) names.name('user', `u${i}`)
    expect(names.name('user', 'one more')).toBe('user-?')
    expect(names.name('user', 'u7')).toBe('user-8')
    expect(names.name('user', 'root')).toBe('root')
  })
})
