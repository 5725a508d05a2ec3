/** Work that takes less shows none. */
const quietMs = 1_000
const everyMs = 200
const waitingEveryMs = 500

export interface ProgressLine {
  /** `text` is asked for only when it is to be shown. */
  readonly show: (text: () => string) => void
  /** Takes it away, so that something else can be written there. */
  readonly clear: () => void
}

/** Shows `text` from time to time while `is`, and until the returned function is called: of what waits nothing is heard. */
export function shownWhile(line: ProgressLine, is: () => boolean, text: () => string): () => void {
  const timer = setInterval(() => {
    if (is()) line.show(text)
  }, waitingEveryMs)
  return () => {
    clearInterval(timer)
    line.clear()
  }
}

/** A line that says how far something is, rewritten in place: only where `output` is a terminal. */
export function progressLine(output: NodeJS.WriteStream): ProgressLine {
  const started = performance.now()
  let shownAt = 0
  return {
    show(text) {
      const now = performance.now()
      if (!output.isTTY || now - started < quietMs || now - shownAt < everyMs) return
      shownAt = now
      output.write(`\r\x1b[K${text()}`)
    },
    clear() {
      if (shownAt > 0) output.write('\r\x1b[K')
      shownAt = 0
    },
  }
}
