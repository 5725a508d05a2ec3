import { describe, expect, test } from 'vitest'
import { keyTable } from '../../../src/ui/keys/key-table.ts'
import { nextView } from '../../../src/ui/keys/run-command.ts'
import { paintTabs, tabAt } from '../../../src/ui/paint/tabs.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { viewsOf } from '../../../src/ui/store/views.ts'
import { cellWidth } from '../../../src/ui/text/cells.ts'
import { flowOf, wholeCoverage } from '../demo-session.ts'

function storeOf(isOfMany: boolean): MonitorStore {
  const store = new MonitorStore()
  const hosts = [{ host: 'web1', state: 'answered', why: '' }] as const
  const coverage = { ...wholeCoverage, ...(isOfMany && { hosts }) }
  store.take({ coverage, rows: { kind: 'flows', flows: [] } }, { kind: 'flows' })
  return store
}

/** The tab that is shown, between brackets. */
const marked = (role: string, text: string) => (role === 'tabOn' ? `[${text}]` : text)
const keys = keyTable()

describe('the line of tabs', () => {
  test.each([false, true])('has the chosen view and its order at every width; many: %s', (many) => {
    const store = storeOf(many)
    for (const view of viewsOf(many)) {
      store.show(view)
      for (let columns = 40; columns <= 238; columns++) {
        const line = paintTabs(store, { keys, columns, page: undefined }, marked)
        const said = `${view} at ${columns}: ${line}`
        const key = view === 'places' ? '' : keys.labelOf(`view.${view}`)
        expect(line, said).toMatch(new RegExp(`\\[ ${key} \\w[^\\]]* \\]`))
        expect(line, said).toContain(store.table.sort.name)
        expect(cellWidth(line) - 2, said).toBeLessThanOrEqual(columns)
      }
    }
  })

  test('a click on any of its cells shows the view that is named there, or the next one out of sight', () => {
    const store = storeOf(false)
    for (let columns = 40; columns <= 120; columns++) {
      const line = { keys, columns, page: undefined }
      const seen = new Set([store.view])
      // From the first to the last by the sign at the end alone.
      store.show('flows')
      for (let clicks = 0; clicks < 20 && store.view !== 'interfaces'; clicks++) {
        const text = paintTabs(store, line, (_, one) => one)
        const sign = text.indexOf('›')
        if (sign >= 0) store.show(tabAt(store, line, sign) ?? 'flows')
        else nextView(store, 1)
        seen.add(store.view)
      }
      expect(store.view).toBe('interfaces')
    }
  })

  test('of ended flows it says how many there were, and how many of them are in the list', () => {
    const store = storeOf(false)
    const counted = () => paintTabs(store, { keys, columns: 120, page: undefined }, (_, one) => one)
    expect(counted()).toContain('0 open, 0 ended')
    const coverage = { ...wholeCoverage, flowsLetGo: 7 }
    const flows = [flowOf({ id: 1 }), flowOf({ id: 2, endReason: 'end detected' })]
    store.take({ coverage, rows: { kind: 'flows', flows } }, { kind: 'flows' })
    expect(counted()).toContain('1 open, 1 of 8 ended')
  })

  test('over a page that is longer than the screen it says which lines are seen', () => {
    const store = storeOf(false)
    const at = (first: number, lines: number) =>
      paintTabs(store, { keys, columns: 80, page: { first, height: 20, lines } }, (_, one) => one)
    expect(at(0, 20)).not.toMatch(/lines|sort/)
    expect(at(0, 21)).toContain('lines 1-20 of 21')
    expect(at(40, 45)).toContain('lines 41-45 of 45')
  })
})
