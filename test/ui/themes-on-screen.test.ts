import { describe, expect, test } from 'vitest'
import { themes } from '../../src/ui/theme/themes.ts'
import { DemoHost } from './demo-session.ts'
import { hear, showStore } from './shown-screen.ts'

/** The last whole picture as it was sent, a line of it a line, with escapes that can be read. */
function sentLines(frames: readonly string[]): string {
  const lines = frames.join('').split(/(?=\x1b\[\d+H)/) // oxlint-disable-line no-control-regex
  return lines.map((line) => line.replaceAll('\x1b', '␛')).join('\n') + '\n'
}

describe('a screen in each theme', () => {
  test.each(Object.keys(themes))('%s, with its styles', async (theme) => {
    const { store, terminal, display } = showStore({ columns: 80, rows: 15 }, '24bit', theme)
    const host = new DemoHost(7)
    for (let second = 0; second < 3; second++) {
      host.step()
      hear(store, host)
    }
    store.table.move(2)
    store.table.toggleFrozen()
    display.repaint()
    const text = sentLines(terminal.frames)
    display.close()
    await expect(text).toMatchFileSnapshot(`../golden/ui/theme-${theme}-80x15.txt`)
  })

  test('no theme makes two states differ by colour alone', () => {
    const { store, terminal, display } = showStore({ columns: 80, rows: 60 }, 'none', 'mono')
    const host = new DemoHost(7)
    for (let second = 0; second < 12; second++) {
      host.step()
      hear(store, host)
    }
    store.table.move(2)
    display.repaint()
    const sent = terminal.frames.join('')
    display.close()
    // Selected, ended, accepted, opened, ordered: each has a sign or an attribute without any colour.
    expect(sent).toMatch(/\x1b\[7m/) // oxlint-disable-line no-control-regex
    for (const sign of ['×', '←', '→', '▼']) expect(sent).toContain(sign)
    expect(sent).not.toMatch(/[;[](?:3|4|9|10)\d[;m]/) // oxlint-disable-line no-control-regex
  })
})
