import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { program } from './run-program.ts'

describe('the demo, on a real terminal', () => {
  skipWhere(whyNoTmux())
  let terminal: TmuxTerminal
  beforeEach(() => {
    terminal = new TmuxTerminal()
  })
  afterEach(() => terminal.close())

  const start = (words: string) =>
    terminal.start(`env -u CI node ${program} ${words}; echo "CODE=$?"; exec cat`, 110, 34)

  test('the wallboard fills the screen, follows its size, and gives the terminal back', async () => {
    start('board --demo')
    await terminal.untilScreen(/┌─ Host, .*sent.*received[^]*┌─ Processes[^]*rsync/)
    terminal.resize(90, 28)
    await terminal.untilScreen(/Processes[^]*│rsync/)
    terminal.keys('q')
    const screen = await terminal.untilScreen(/CODE=/)
    expect(screen).toMatch(/CODE=0/)
    expect(screen).not.toContain('Processes')
  })

  test('the monitor needs no root for it, and has no past of an invented host', async () => {
    start('--demo --no-mouse')
    await terminal.untilScreen(/replay[^]*rsync/)
    terminal.keys('[')
    await terminal.untilScreen(/No past: what is past is not recorded here/)
    terminal.keys(':', 'view users', 'Enter')
    await terminal.untilScreen(/3 Users[^]*bob/)
    terminal.keys('q')
    expect(await terminal.untilScreen(/CODE=/)).toMatch(/CODE=0/)
  })
})
