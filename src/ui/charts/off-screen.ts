import { PassThrough, Writable } from 'node:stream'
import type { ScreenSize } from '../terminal/screen.ts'

/** What is used of blessed's screen; its types leave the cells out. */
export interface BlessedScreen {
  append(element: unknown): void
  render(): void
  destroy(): void
  alloc(): void
  readonly lines: readonly (readonly [attributes: number, character: string])[][]
  /** A chart with a legend asks for it before blessed has made it. */
  _borderStops: object
}

interface Blessed {
  screen(options: object): BlessedScreen
}

/** A piece of a line in one colour of 256; undefined for the terminal's own. */
export interface ColourRun {
  readonly colour: number | undefined
  readonly text: string
}

/** A screen of blessed that no terminal sees: widgets are drawn on it, and its cells are read. */
export function offScreen(blessed: Blessed, { columns, rows }: ScreenSize): BlessedScreen {
  const output = Object.assign(new Writable({ write: (_bytes, _encoding, done) => done() }), {
    columns,
    rows,
    isTTY: true,
  })
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  const screen = blessed.screen({
    input,
    output,
    terminal: 'xterm-256color',
    fullUnicode: true,
    cols: columns,
    rows,
  })
  screen.alloc()
  screen._borderStops = {}
  return screen
}

/** Stands behind a character of two cells. */
const filler = '\x03'
const noColour = 0x1ff

/** The lines of a screen as runs of one colour. */
export function linesOf({ lines }: BlessedScreen): readonly (readonly ColourRun[])[] {
  return lines.map((cells) => {
    const runs: { colour: number | undefined; text: string }[] = []
    for (const [attributes, character] of cells) {
      if (character === filler) continue
      const code = (attributes >> 9) & noColour
      const colour = code === noColour ? undefined : code
      const last = runs.at(-1)
      if (last && last.colour === colour) last.text += character
      else runs.push({ colour, text: character })
    }
    return runs
  })
}
