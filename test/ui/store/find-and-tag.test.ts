import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAddress } from '../../../src/model/address.ts'
import { exportedRows, whyNotExported } from '../../../src/ui/exported-rows.ts'
import { runCommand, runText } from '../../../src/ui/keys/run-command.ts'
import { lineChoicesOf } from '../../../src/ui/store/line-choices.ts'
import { TableView } from '../../../src/ui/store/table-view.ts'
import { commandTarget } from '../command-target.ts'
import { DemoHost } from '../demo-session.ts'
import { hear, showStore } from '../shown-screen.ts'

const byNumber = (a: number, b: number) => a - b
const byId = { name: 'id', columns: [], of: ({ id }: { id: number }) => -id }

function shownDemo() {
  const { store, display } = showStore({ columns: 80, rows: 24 })
  const host = new DemoHost(7)
  hear(store, host)
  display.close()
  return { store, host, target: commandTarget(store, display) }
}

describe('looking for a row', () => {
  test('goes from match to match in the order of the table, and around its ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
        fc.option(fc.nat(29), { nil: undefined }),
        fc.constantFrom(1 as const, -1 as const),
        (isMatch, selected, by) => {
          const table = new TableView([byId])
          table.setRows(isMatch.map((_, id) => ({ id })))
          const chosen = selected && Math.min(selected, isMatch.length - 1)
          table.select(chosen)
          const start = chosen ?? (by > 0 ? -1 : isMatch.length)
          const all = isMatch.flatMap((is, id) => (is ? [id] : []))
          const ahead =
            by > 0 ? all.filter((id) => id > start) : all.filter((id) => id < start).toReversed()
          const behind =
            by > 0 ? all.filter((id) => id <= start) : all.filter((id) => id >= start).toReversed()
          const seen = all.map(() => {
            table.find(({ id }) => isMatch[id]!, { by, isHere: false })
            return table.selectedId
          })
          expect(seen).toEqual([...ahead, ...behind])
        },
      ),
    )
  })

  test('follows what is typed from where it began, hides nothing, and Esc goes back there', () => {
    const { store, target } = shownDemo()
    const before = store.table.rows.length
    const texts = ['mallory', 'MALLORY', 'python3 7777', '203.0.113']
    for (const text of texts) {
      store.table.move(3)
      const start = store.table.selectedId
      runCommand('find.edit', target)
      runText(text, target)
      expect(store.prompt?.verdict.says).toMatch(/^\d+ rows? ha/)
      const { process, user, flow } = store.flows.selected ?? {}
      const said = `${process} 7777 ${user} ${formatAddress(flow!.remoteAddress)}`
      expect(said.toLowerCase()).toContain(text.toLowerCase())
      expect(store.table.rows).toHaveLength(before)
      runCommand('prompt.leave', target)
      expect(store.table.selectedId).toBe(start)
    }
    runCommand('find.edit', target)
    runText('mallory', target)
    runCommand('prompt.keep', target)
    const first = store.table.selectedId
    runCommand('find.next', target)
    expect(store.flows.selected?.user).toBe('mallory')
    expect(store.table.selectedId).not.toBe(first)
    runCommand('find.previous', target)
    expect(store.table.selectedId).toBe(first)
  })

  test('offers no completion in its line, which a filter has', async () => {
    const { store, display, terminal } = showStore({ columns: 80, rows: 24 })
    hear(store, new DemoHost(7))
    store.prompting.editFind()
    display.paint()
    expect(await terminal.text()).not.toMatch(/Tab complete/)
    store.prompting.leave()
    store.prompting.editFilter()
    display.paint()
    expect(await terminal.text()).toMatch(/Tab complete/)
    display.close()
  })

  test('stays where it is where no row has the text', () => {
    const { store, target } = shownDemo()
    runCommand('find.edit', target)
    runText('no such thing', target)
    expect(store.prompt?.verdict.says).toMatch(/^0 rows/)
    expect(store.table.selectedId).toBeUndefined()
  })
})

describe('tagged rows', () => {
  test('stay tagged through new answers and orders, are shown alone, exported alone, and looked for together', () => {
    const { store, host, target } = shownDemo()
    for (let i = 0; i < 3; i++) runCommand('tag.toggle', target)
    const tagged = store.flows.rows.slice(0, 3).map(({ id }) => id)
    host.step()
    hear(store, host)
    store.table.sortBy('newest')
    runCommand('tag.only', target)
    expect(store.flows.rows.map(({ id }) => id).toSorted(byNumber)).toEqual(
      tagged.toSorted(byNumber),
    )
    const rows = exportedRows(store)
    expect(rows?.kind === 'flows' && rows.flows.map(({ id }) => id).toSorted(byNumber)).toEqual(
      tagged.toSorted(byNumber),
    )
    expect(lineChoicesOf(store).elsewhere[0]).toMatchObject({ help: 'any of the tagged rows' })
    expect(lineChoicesOf(store).elsewhere[0]?.text.split(' or ')).toHaveLength(
      new Set(store.flows.rows.map(({ flow }) => flow.remoteAddress.join())).size,
    )
    runCommand('tag.only', target)
    expect(store.flows.rows.length).toBeGreaterThan(3)
    runCommand('tag.none', target)
    expect(exportedRows(store)).toMatchObject({ flows: { length: store.flows.rows.length } })
    runCommand('tag.only', target)
    expect(store.message?.text).toBe('no row is tagged')
  })

  test('of what a group is made of are exported where they are of one kind', () => {
    const { store, host, target } = shownDemo()
    store.show('users')
    hear(store, host)
    const unfold = () => {
      store.table.move(1)
      runCommand('row.unfold', target)
    }
    unfold()
    unfold()
    const flow = store.groups.rows.find((row) => row.flow)!
    store.table.select(flow.id)
    runCommand('tag.toggle', target)
    expect(exportedRows(store)).toMatchObject({ kind: 'flows', flows: [{ id: flow.flow!.id }] })
    expect(whyNotExported(store)).toBeUndefined()
    for (const place of [0, 1]) {
      store.table.select(store.groups.rows[place]!.id)
      runCommand('tag.toggle', target)
      expect(whyNotExported(store)).toMatch(/of one kind/)
      store.table.select(store.groups.rows[place]!.id)
      runCommand('tag.toggle', target)
    }
  })

  test('of groups are exported with what they are, and untagging the last one shows all again', () => {
    const { store, host, target } = shownDemo()
    store.show('processes')
    hear(store, host)
    runCommand('tag.toggle', target)
    const [first] = store.groups.rows
    runCommand('tag.only', target)
    expect(store.groups.rows).toEqual([first])
    const rows = exportedRows(store)
    expect(rows?.kind === 'groups' && rows.groups).toEqual([first!.totals])
    store.table.move(-1)
    runCommand('tag.toggle', target)
    expect(store.groups.rows.length).toBeGreaterThan(1)
  })
})
