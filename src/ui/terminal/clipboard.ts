import { screenLimits } from '../../model/screen-limits.ts'
import type { TerminalEnvironment } from '../theme/colour-depth.ts'

const osc52 = (text: string) => `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`

/**
 * What puts a text into the clipboard of the terminal's user, also over SSH (xterm's OSC 52). tmux takes it for itself
 * where `set-clipboard` is on, and hands it through where `allow-passthrough` is; screen hands it through. Whether the
 * terminal heeds it nobody says. @throws Error for a text past the limit
 */
export function clipboardSequence(text: string, { TERM, TMUX }: TerminalEnvironment): string {
  if (Buffer.byteLength(text) > screenLimits.copyBytesMax)
    throw new Error(`more than ${screenLimits.copyBytesMax} bytes are not copied`)
  const sequence = osc52(text)
  if (TMUX || TERM?.startsWith('tmux'))
    return `${sequence}\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`
  return TERM?.startsWith('screen') ? `\x1bP${sequence}\x1b\\` : sequence
}
