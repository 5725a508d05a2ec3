import { render, Text } from 'ink'
import { describe, expect, test } from 'vitest'
import { InkStdout } from '../../../src/ui/terminal/ink-stdout.ts'
import { Screen, slotMark } from '../../../src/ui/terminal/screen.ts'
import { VirtualTerminal } from '../virtual-terminal.ts'

const size = { columns: 12, rows: 4 }
const chrome = ['top', slotMark('body'), slotMark('body'), 'bottom'].join('\n')

function screenOn(terminal: VirtualTerminal): Screen {
  const screen = new Screen(terminal, () => terminal.size)
  screen.setChrome(chrome)
  return screen
}

describe('the screen', () => {
  test('shows slot lines where the chrome has their marks', async () => {
    const terminal = new VirtualTerminal(size)
    const screen = screenOn(terminal)
    expect(screen.slotHeight('body')).toBe(2)
    screen.setSlot('body', ['one', 'two', 'three'])
    screen.flush()
    expect(await terminal.text()).toBe('top\none\ntwo\nbottom')
    screen.setSlot('body', ['1'])
    screen.flush()
    expect(await terminal.text()).toBe('top\n1\n\nbottom')
  })

  test('sends only the lines that changed, and nothing when none did', () => {
    const terminal = new VirtualTerminal(size)
    const screen = screenOn(terminal)
    screen.setSlot('body', ['one', 'two'])
    screen.flush()
    screen.flush()
    expect(terminal.frames).toHaveLength(1)
    screen.setSlot('body', ['one', 'TWO'])
    screen.flush()
    expect(terminal.frames[1]).toContain('TWO')
    expect(terminal.frames[1]).not.toMatch(/one|top|bottom/)
  })

  // xterm erases the last cell of a line as wide as itself if told to erase after it; xterm.js would not.
  test('a line is erased before it is written, not after', () => {
    const terminal = new VirtualTerminal(size)
    const screen = screenOn(terminal)
    screen.flush()
    screen.setSlot('body', ['y'.repeat(12)])
    screen.flush()
    expect(terminal.frames[1]).toContain(`\x1b[K${'y'.repeat(12)}\x1b[?2026l`)
  })

  test('a style that a line leaves open does not reach the next', async () => {
    const terminal = new VirtualTerminal(size)
    const screen = screenOn(terminal)
    screen.setSlot('body', ['\x1b[7m' + 'x'.repeat(12), ''])
    screen.flush()
    await terminal.text()
    expect([1, 2].map((line) => terminal.isReversed(line))).toEqual([true, false])
  })

  test('frames while the terminal is busy are dropped, and the next shows what is true then', async () => {
    const terminal = new VirtualTerminal(size)
    const screen = screenOn(terminal)
    screen.flush()
    terminal.busy = true
    for (const line of ['a', 'b', 'c']) {
      screen.setSlot('body', [line])
      screen.flush()
    }
    expect(terminal.frames).toHaveLength(1)
    terminal.busy = false
    screen.flush()
    expect(await terminal.text()).toBe('top\nc\n\nbottom')
  })

  test('after an invalidation every line is sent again', async () => {
    const terminal = new VirtualTerminal(size)
    const screen = screenOn(terminal)
    screen.flush()
    terminal.write('\x1b[2Jgarbage')
    screen.invalidate()
    screen.flush()
    expect(await terminal.text()).toBe('top\n\n\nbottom')
  })
})

describe('Ink', () => {
  test('hands over one whole frame a render, and none for showing the cursor when it ends', () => {
    const frames: string[] = []
    const stdout = new InkStdout(
      () => size,
      (frame) => frames.push(frame),
    )
    const options = { stdout: stdout.stream, debug: true, patchConsole: false }
    const ink = render(<Text>{`a\n${slotMark('body')}`}</Text>, options)
    ink.rerender(<Text>b</Text>)
    expect(frames).toEqual([`a\n${slotMark('body')}`, 'b'])
    ink.unmount()
    expect(frames.filter((frame) => frame.includes('\x1b[?'))).toEqual([])
  })
})
