/** Where frames go; `busy` while an earlier one is still on its way. */
export interface FrameOutput {
  readonly busy: boolean
  write(text: string): void
}

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

/** Names a place in the chrome whose lines are painted past Ink. */
export type SlotId =
  | 'title'
  | 'graph'
  | 'tabs'
  | 'status'
  | 'notices'
  | 'columns'
  | 'body'
  | 'row'
  | 'prompt'
  | 'timeline'

// Private use characters, which cleaned text never holds: a mark, then the slot's own character.
const mark = '\ue000'
const slotCharacters: Record<SlotId, string> = {
  title: '\ue001',
  tabs: '\ue002',
  notices: '\ue003',
  columns: '\ue004',
  body: '\ue005',
  status: '\ue006',
  prompt: '\ue007',
  timeline: '\ue008',
  row: '\ue009',
  graph: '\ue00a',
}
const slotIds = new Map<string, SlotId>(
  Object.entries(slotCharacters).map(([id, character]) => [character, id as SlotId]),
)

/** What the chrome prints on each line of a slot. */
export const slotMark = (id: SlotId): string => mark + slotCharacters[id]

function slotOf(line: string): SlotId | undefined {
  const at = line.indexOf(mark)
  return at < 0 ? undefined : slotIds.get(line.charAt(at + 1))
}

/** Synchronized output (DEC 2026): the terminal shows the frame whole; others ignore it. */
const beginFrame = '\x1b[?2026h'
const endFrame = '\x1b[?2026l'

// Ink understands the long form only; the short one saves 4 % of a frame.
const reset = '\x1b[0m'
const shortReset = '\x1b[m'
// A style that ends where another begins, or before a step of the cursor to there: an empty parameter resets.
// oxlint-disable-next-line no-control-regex -- these are control sequences
const restyled = /\x1b\[m(\x1b\[\d+C)?\x1b\[([\d;]+m)/g

/**
 * The picture on the terminal. The chrome (a frame of Ink's) has marks where slots go; a line is sent when it
 * differs from what was sent last. Line diff, because the order of rows decides most of it: a re-sorted table of
 * 238x60 costs 10.0 kB a frame by lines and 7.3 kB by cells, an unchanged order 1.4 kB.
 */
export class Screen {
  readonly #output: FrameOutput
  readonly #size: () => ScreenSize
  #chrome: readonly string[] = []
  #slots = new Map<SlotId, readonly string[]>()
  #sent: readonly string[] = []

  constructor(output: FrameOutput, size: () => ScreenSize) {
    this.#output = output
    this.#size = size
  }

  /** One whole frame of chrome. Nothing is sent before `flush`. */
  setChrome(frame: string): void {
    this.#chrome = frame.split('\n')
  }

  /** The lines of a slot from its top; lines past its height are not shown. */
  setSlot(id: SlotId, lines: readonly string[]): void {
    this.#slots.set(id, lines)
  }

  /** Lines that the chrome gives to a slot. */
  slotHeight(id: SlotId): number {
    const marked = slotMark(id)
    return this.#chrome.filter((line) => line.includes(marked)).length
  }

  /** The slot that a line of the screen is of, and which of its lines. */
  slotAt(row: number): { readonly id: SlotId; readonly line: number } | undefined {
    const id = slotOf(this.#chrome[row] ?? '')
    if (id === undefined) return undefined
    const before = this.#chrome.slice(0, row).filter((line) => slotOf(line) === id)
    return { id, line: before.length }
  }

  /** What is on the terminal is not known any more: the next flush sends every line. */
  invalidate(): void {
    this.#sent = []
  }

  /** Sends the lines that changed. A busy output is left alone: its drain flushes again. */
  flush(): void {
    if (this.#output.busy) return
    const lines = this.#compose()
    const changed = lines.map((line, y) => (line === this.#sent[y] ? '' : moveTo(y) + line))
    this.#sent = lines
    const bytes = changed.join('').replaceAll(reset, shortReset).replace(restyled, '$1\x1b[;$2')
    if (bytes !== '') this.#output.write(beginFrame + bytes + endFrame)
  }

  #compose(): readonly string[] {
    const used = new Map<SlotId, number>()
    return Array.from({ length: this.#size().rows }, (_, y) => {
      const line = this.#chrome[y] ?? ''
      const id = slotOf(line)
      if (id === undefined) return line
      const n = used.get(id) ?? 0
      used.set(id, n + 1)
      return line.slice(0, line.indexOf(mark)) + (this.#slots.get(id)?.[n] ?? '')
    })
  }
}

// Erased before it is written: a line as wide as the terminal leaves the cursor on its last cell, and erasing
// from there would take that cell's character.
// Every line leaves the terminal in its own style.
const moveTo = (y: number) => `\x1b[${y + 1}H\x1b[K`
