import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Column } from '../../../src/ui/paint/columns.ts'
import { columnsOfFlows, columnNames } from '../../../src/ui/paint/view-columns.ts'
import { fitWide } from '../../../src/ui/paint/wide-columns.ts'
import { decodeSettings } from '../../../src/ui/settings.ts'
import { runCommand } from '../../../src/ui/keys/run-command.ts'
import { DemoHost } from '../demo-session.ts'
import { commandTarget } from '../command-target.ts'
import { hear, showStore } from '../shown-screen.ts'
import type { FlowRow } from '../../../src/ui/store/rows.ts'

const columns = columnsOfFlows([]).filter(({ isWhereabouts }) => !isWhereabouts)
const widthOf = (fitted: readonly { width: number }[]) =>
  fitted.reduce((sum, { width }) => sum + width + 1, -1)

describe('values in full', () => {
  test('no column is wider than there is room, and none is wider than its value', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 238 }),
        fc.array(fc.integer({ min: 1, max: 120 }), {
          minLength: columns.length,
          maxLength: columns.length,
        }),
        (width, needs) => {
          const inFull = (column: Column<FlowRow>) =>
            Math.max(column.widthMin, needs[columns.indexOf(column)]!)
          const fitted = fitWide(columns, width, inFull)
          expect(widthOf(fitted)).toBeLessThanOrEqual(width)
          const order = fitted.map(({ name }) => columns.findIndex((one) => one.name === name))
          expect(order).toEqual(order.toSorted((a, b) => a - b))
          expect(fitted.some(({ isBar }) => isBar)).toBe(false)
          const cut = fitted.filter(
            (one) => one.width < inFull(columns.find(({ name }) => name === one.name)!),
          )
          // Whatever else is shown is shown in full, but for one that takes what is left.
          expect(cut.filter(({ dropOrder }) => dropOrder > 3).length).toBeLessThanOrEqual(1)
          for (const name of ['process', 'user', 'remote_ip', 'tx_rate', 'rx_rate'])
            expect(fitted.map((one) => one.name)).toContain(name)
        },
      ),
    )
  })

  test('show a long name whole that is cut before, and R takes them back', async () => {
    const { store, terminal, display } = showStore({ columns: 120, rows: 24 })
    const host = new DemoHost(7)
    hear(store, host)
    store.show('cgroups')
    hear(store, host)
    store.show('flows')
    const target = commandTarget(store, display)
    const screen = async () => {
      display.paint()
      return terminal.text()
    }
    expect(await screen()).toContain('prometh…')
    runCommand('columns.wide', target)
    expect(await screen()).toContain('prometheus tcp')
    runCommand('view.reset', target)
    expect(await screen()).toContain('prometh…')
    display.close()
  })

  test('columns that are there for them can be chosen for always', () => {
    expect(columnNames('flows')).toContain('retransmits')
    expect(decodeSettings({ columns: { flows: ['process', 'exe', 'start'] } })).toBeTruthy()
  })
})
