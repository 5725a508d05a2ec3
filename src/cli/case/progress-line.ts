import type { WriteStream } from 'node:tty'
import { formatQuantity } from '../../ui/text/units.ts'

const everyMs = 200

/** One line on stderr that is written over as work goes on; none where nobody watches. */
export class ProgressLine {
  readonly #stream: WriteStream
  readonly #begun = performance.now()
  #shownAt = 0

  constructor(stream: WriteStream) {
    this.#stream = stream
  }

  show(rows: number, bytes: number): void {
    const now = performance.now()
    if (!this.#stream.isTTY || now - this.#shownAt < everyMs) return
    this.#shownAt = now
    const rate = rows / Math.max(0.001, (now - this.#begun) / 1000)
    this.#stream.write(
      `\r\x1b[K${rows.toLocaleString('en')} rows, ${formatQuantity(bytes)}B, ${formatQuantity(rate)} rows/s`,
    )
  }

  end(): void {
    if (this.#shownAt > 0) this.#stream.write('\r\x1b[K')
  }
}
