import { describe, expect, test } from 'vitest'
import { screenLimits } from '../../../src/model/screen-limits.ts'
import { clipboardSequence } from '../../../src/ui/terminal/clipboard.ts'

const terminal = { NO_COLOR: undefined, COLORTERM: undefined, TERM: 'xterm-256color' }
const copy = '\x1b]52;c;w7Y=\x07'

describe('a text for the clipboard', () => {
  test('is base64, in what hands it through where a multiplexer lies between', () => {
    expect(clipboardSequence('ö', terminal)).toBe(copy)
    const inTmux = `${copy}\x1bPtmux;\x1b${copy}\x1b\\`
    expect(clipboardSequence('ö', { ...terminal, TERM: 'tmux-256color' })).toBe(inTmux)
    expect(clipboardSequence('ö', { ...terminal, TERM: 'screen', TMUX: '/tmp/x,1,0' })).toBe(inTmux)
    expect(clipboardSequence('ö', { ...terminal, TERM: 'screen' })).toBe(`\x1bP${copy}\x1b\\`)
  })

  test('is as long as the limit, and no longer', () => {
    const { copyBytesMax } = screenLimits
    expect(() => clipboardSequence('x'.repeat(copyBytesMax), terminal)).not.toThrow()
    expect(() => clipboardSequence('ö'.repeat(copyBytesMax / 2 + 1), terminal)).toThrow(
      /not copied/,
    )
  })
})
