import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runMouse } from '../../../src/ui/keys/run-mouse.ts'
import { commandTarget } from '../command-target.ts'
import { DemoHost } from '../demo-session.ts'
import { hear, showStore } from '../shown-screen.ts'

describe('the mouse', () => {
  let shown: ReturnType<typeof showStore>
  let lines: readonly string[]
  beforeEach(async () => {
    shown = showStore({ columns: 80, rows: 24 })
    const host = new DemoHost(7)
    for (let second = 0; second < 3; second++) {
      host.step()
      hear(shown.store, host)
    }
    shown.display.paint()
    lines = (await shown.terminal.text()).split('\n')
  })
  afterEach(() => shown.display.close())

  const click = (text: string, row = lines.findIndex((line) => line.includes(text))) =>
    runMouse(
      { kind: 'mouse', action: 'press', column: lines[row]?.indexOf(text) ?? 0, row },
      commandTarget(shown.store, shown.display),
    )

  test('a click selects the row under it, a second one opens it', () => {
    const { store } = shown
    click('', 5)
    expect(lines[5]).toContain(store.flows.selected?.process)
    expect(store.flows.rows.findIndex(({ id }) => id === store.flows.selectedId)).toBe(2)
    expect(store.pages.page).toBeUndefined()
    click('', 5)
    expect(store.pages.page).toBe('detail')
  })

  test('a click on a heading orders by it, another one reverses', () => {
    const { store } = shown
    click('USER')
    expect([store.table.sort.name, store.table.reversed]).toEqual(['user', false])
    click('USER')
    expect(store.table.reversed).toBe(true)
    click('RX TOT')
    expect([store.table.sort.name, store.table.reversed]).toEqual(['rx total', false])
    click('REMOTE', 2)
    expect(store.table.sort.name).toBe('rx total')
  })

  test('a click on a tab shows its view, one beside everything does nothing', () => {
    const { store } = shown
    click('Users')
    expect(store.view).toBe('users')
    click('8Svcs')
    expect(store.view).toBe('services')
    click('', 0)
    click('', 23)
    expect(store.view).toBe('services')
  })

  test('the wheel moves three rows', () => {
    const { store, display } = shown
    const wheel = (action: 'wheel-up' | 'wheel-down') =>
      runMouse({ kind: 'mouse', action, column: 5, row: 5 }, commandTarget(store, display))
    wheel('wheel-down')
    wheel('wheel-down')
    wheel('wheel-up')
    expect(store.flows.rows.findIndex(({ id }) => id === store.flows.selectedId)).toBe(2)
  })
})
