import { describe, expect, test } from 'vitest'
import { BoardDisplay } from '../../../src/ui/board/board.ts'
import { loadBoardPackages } from '../../../src/ui/board/board-widgets.ts'
import { MonitorStore } from '../../../src/ui/store/monitor-store.ts'
import { decodeTheme, makePaint } from '../../../src/ui/theme/theme.ts'
import { themes } from '../../../src/ui/theme/themes.ts'
import { DemoHost, flowOf, processOwner, wholeCoverage } from '../demo-session.ts'
import { hear } from '../shown-screen.ts'
import { VirtualTerminal } from '../virtual-terminal.ts'

const packages = await loadBoardPackages()
const paint = makePaint(decodeTheme(themes['system']), '16')

function boardAt(columns: number, rows: number) {
  const store = new MonitorStore()
  store.show('processes')
  const terminal = new VirtualTerminal({ columns, rows })
  return { store, terminal, display: new BoardDisplay(store, terminal, { packages, paint }) }
}

describe('the wallboard', () => {
  test.each([
    [80, 24],
    [120, 40],
  ])('shows the host at %dx%d', async (columns, rows) => {
    const { store, terminal, display } = boardAt(columns, rows)
    const host = new DemoHost(7)
    for (let second = 0; second < 10; second++) {
      host.step()
      hear(store, host)
      display.paint()
    }
    const text = await terminal.text()
    display.close()
    await expect(text + '\n').toMatchFileSnapshot(`../../golden/ui/board-${columns}x${rows}.txt`)
  })

  test('waits, says that it is too small, and comes back', async () => {
    const { terminal, display } = boardAt(80, 24)
    display.paint()
    expect(await terminal.text()).toContain('waiting for the first answer')
    terminal.resize({ columns: 40, rows: 10 })
    display.repaint()
    expect(await terminal.text()).toContain('The board needs 80x24')
    terminal.resize({ columns: 100, rows: 30 })
    display.repaint()
    expect(await terminal.text()).toContain('Processes')
    display.close()
  })

  test('a name in the markup of the widgets, or of wide characters, moves nothing', async () => {
    const { store, terminal, display } = boardAt(100, 30)
    for (let second = 0; second < 3; second++) {
      const flows = ['{bold}{red-fg}x{/}', '日本語プロセス', '%s{{'].map((name, id) =>
        flowOf({ id, txBytes: second * 1000, owner: processOwner(name, id + 2, 'alice') }),
      )
      for (const query of store.queries) {
        const groups = flows.map(({ owner, txBytes }) => ({
          key: ['process', owner.kind === 'process' ? owner.process : '', 'alice'],
          flows: 1,
          openFlows: 1,
          txBytes,
          rxBytes: 0,
          txPackets: 0,
          rxPackets: 0,
        }))
        const rows =
          query.kind === 'flows'
            ? ({ kind: 'flows', flows } as const)
            : ({ kind: 'totals', groups } as const)
        store.take(
          { coverage: { ...wholeCoverage, to: (wholeCoverage.to + second * 1000) as never }, rows },
          query,
        )
      }
      display.paint()
    }
    const lines = (await terminal.text()).split('\n')
    display.close()
    const talkers = lines.filter((line) => / alice +1\.00k /.test(line))
    expect(talkers).toHaveLength(3)
    expect(talkers.every((line) => /│.*│/.test(line))).toBe(true)
  })
})
