import xterm from '@xterm/headless'
import type { FrameOutput, ScreenSize } from '../../src/ui/terminal/screen.ts'

/** A terminal that is not there: takes frames like a real one, and shows what a user would see. */
export class VirtualTerminal implements FrameOutput {
  busy = false
  /** All that was written, a frame each. */
  readonly frames: string[] = []
  readonly #xterm: xterm.Terminal

  constructor(size: ScreenSize) {
    this.#xterm = new xterm.Terminal({
      cols: size.columns,
      rows: size.rows,
      allowProposedApi: true,
    })
  }

  get size(): ScreenSize {
    return { columns: this.#xterm.cols, rows: this.#xterm.rows }
  }

  resize({ columns, rows }: ScreenSize): void {
    this.#xterm.resize(columns, rows)
  }

  write(text: string): void {
    this.frames.push(text)
    this.#xterm.write(text)
  }

  /** What stands on the screen, without spaces at the ends of lines. */
  async text(): Promise<string> {
    await new Promise<void>((resolve) => this.#xterm.write('', resolve))
    const buffer = this.#xterm.buffer.active
    const lines = Array.from({ length: this.#xterm.rows }, (_, y) =>
      (buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '').trimEnd(),
    )
    return lines.join('\n')
  }

  /** Whether a line is shown in reverse from end to end. */
  isReversed(line: number): boolean {
    const buffer = this.#xterm.buffer.active
    return Array.from({ length: this.#xterm.cols }, (_, x) =>
      buffer
        .getLine(buffer.viewportY + line)
        ?.getCell(x)
        ?.isInverse(),
    ).every((inverse) => inverse !== undefined && inverse > 0)
  }
}
