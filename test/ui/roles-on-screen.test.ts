import xterm from '@xterm/headless'
import { describe, expect, test } from 'vitest'
import { keyTable } from '../../src/ui/keys/key-table.ts'
import { Display } from '../../src/ui/display.tsx'
import { MonitorStore } from '../../src/ui/store/monitor-store.ts'
import type { ScreenSize } from '../../src/ui/terminal/screen.ts'
import { decodeTheme, makePaint, roles, type Paint } from '../../src/ui/theme/theme.ts'
import { themes } from '../../src/ui/theme/themes.ts'
import { DemoHost } from './demo-session.ts'
import { hear } from './shown-screen.ts'

const sizes: readonly ScreenSize[] = [
  { columns: 40, rows: 10 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 238, rows: 60 },
]

/** A colour a role, from a part of the palette that nothing else uses. */
const firstColour = 100
const byRole: Paint = (role, text) =>
  `\x1b[38;5;${firstColour + roles.findIndex((one) => one === role)}m${text}\x1b[0m`
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** A screen with everything that has a style of its own: selected and ended rows, states, a filter, a notice. */
async function painted(size: ScreenSize, paint: Paint): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal({
    cols: size.columns,
    rows: size.rows,
    allowProposedApi: true,
  })
  const output = { busy: false, size, write: (text: string) => terminal.write(text) }
  const store = new MonitorStore()
  const display = new Display(store, output, { version: '0', paint, keys: keyTable() })
  const host = new DemoHost(7)
  store.filter.keep('tcp or udp')
  for (let second = 0; second < 12; second++) {
    host.step()
    hear(store, host)
  }
  store.table.move(2)
  store.table.toggleFrozen()
  display.repaint()
  display.close()
  await new Promise<void>((resolve) => terminal.write('', resolve))
  return terminal
}

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<xterm.IBuffer['getLine']>>['getCell']>>

const cellsOf = (terminal: xterm.Terminal): readonly (readonly Cell[])[] =>
  Array.from({ length: terminal.rows }, (_, y) => {
    const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + y)!
    return Array.from({ length: terminal.cols }, (_, x) => line.getCell(x)!)
  })

/** Role of a cell of a screen painted `byRole`, as a place in the list; -1: none. */
const roleOf = (cell: Cell) => (cell.isFgPalette() ? cell.getFgColor() - firstColour : -1)

const styleOf = (cell: Cell) => ({
  foreground: [cell.getFgColorMode(), cell.getFgColor()],
  background: [cell.getBgColorMode(), cell.getBgColor()],
  attributes: [cell.isBold(), cell.isDim(), cell.isUnderline(), cell.isInverse()].map(
    (set) => set > 0,
  ),
})

/** How a theme shows each role, and what has none. */
async function stylesOf(paint: Paint) {
  const terminal = new xterm.Terminal({ cols: roles.length + 1, rows: 1, allowProposedApi: true })
  await new Promise<void>((resolve) =>
    terminal.write(roles.map((role) => paint(role, 'x')).join('') + 'x', resolve),
  )
  const [line = []] = cellsOf(terminal)
  const styles = line.map(styleOf)
  return (role: number) => styles[role < 0 ? roles.length : role]!
}

describe.each(sizes)('a screen of $columns x $rows', (size) => {
  test('has each role in its place', async () => {
    const cells = cellsOf(await painted(size, byRole))
    const map = cells.map((line) =>
      line
        .map((cell) => {
          if (cell.getWidth() > 0 && cell.getChars().trim() === '') return ' '
          return roleOf(cell) < 0 ? '.' : letters[roleOf(cell)]
        })
        .join('')
        .trimEnd(),
    )
    const used = [...new Set(cells.flat().map(roleOf))].filter((role) => role >= 0)
    const key = used.toSorted((a, b) => a - b).map((role) => `${letters[role]} ${roles[role]}`)
    const text = `${key.join(', ')}\n\n${map.join('\n').trimEnd()}\n`
    await expect(text).toMatchFileSnapshot(`../golden/ui/roles-${size.columns}x${size.rows}.txt`)
  })

  test.each(Object.keys(themes))('shows each as %s has it, and the same text', async (theme) => {
    const expected = cellsOf(await painted(size, byRole))
    for (const depth of ['none', '16', '256', '24bit'] as const) {
      const paint = makePaint(decodeTheme(themes[theme]), depth)
      const style = await stylesOf(paint)
      const shown = cellsOf(await painted(size, paint))
      const wrong = shown.flatMap((line, y) =>
        line.flatMap((cell, x) => {
          const is = { text: cell.getChars().trim(), ...(cell.getChars().trim() && styleOf(cell)) }
          const source = expected[y]![x]!
          const role = roleOf(source)
          const ought = { text: source.getChars().trim(), ...(is.text && style(role)) }
          const same = JSON.stringify(is) === JSON.stringify(ought)
          return same ? [] : [{ x, y, role: roles[role], is, ought }]
        }),
      )
      expect(wrong, depth).toEqual([])
    }
  })
})
