import { createRequire } from 'node:module'
import { PassThrough, Writable } from 'node:stream'

/** Of a terminal's own sixteen, by blessed's names. */
const curveColours = { red: 1, green: 2, yellow: 3, blue: 4, magenta: 5, cyan: 6 } as const
export type CurveColour = keyof typeof curveColours

/** A curve of a chart; `y` belongs to the labels of its x axis, in their order. */
export interface Curve {
  readonly title: string
  readonly y: readonly number[]
  readonly colour: CurveColour
}

export interface LineChart {
  readonly title: string
  readonly width: number
  readonly height: number
  readonly x: readonly string[]
  readonly curves: readonly Curve[]
  readonly yMax: number
  /** With escape sequences for a terminal. */
  readonly inColour: boolean
}

/** Cells of blessed's screen: attributes and character. */
type Cell = readonly [attribute: number, character: string]
interface BlessedScreen {
  lines: readonly (readonly Cell[])[]
  _borderStops?: Record<string, never>
  append(element: ChartElement): void
  alloc(): void
  destroy(): void
}
interface ChartElement {
  readonly lpos: {
    readonly xi: number
    readonly xl: number
    readonly yi: number
    readonly yl: number
  }
  setData(curves: readonly object[]): void
  render(): void
}
interface Blessed {
  screen(options: object): BlessedScreen
}
interface BlessedContrib {
  line(options: object): ChartElement
}

/** Labels of the y axis above 0. */
const ticks = 10

/** Second half of a wide character. */
const filler = '\x03'

/** Lines of text with a chart by blessed-contrib, which draws off-screen: nothing of it reaches the terminal. */
export function lineChart(chart: LineChart): string[] {
  const require = createRequire(import.meta.url)
  const blessed = require('blessed') as Blessed
  const contrib = require('blessed-contrib') as BlessedContrib
  const screen = offScreen(blessed, chart)
  try {
    const element = contrib.line({
      top: 0,
      left: 0,
      width: chart.width,
      height: chart.height,
      minY: 0,
      // What touches the top would be cut off.
      maxY: chart.yMax * (1 + 1 / ticks),
      numYLabels: ticks + 1,
      style: { text: 'white', baseline: 'white' },
    })
    screen.append(element)
    element.setData(
      chart.curves.map(({ title, y, colour }) => ({
        title,
        x: chart.x,
        y,
        style: { line: colour },
      })),
    )
    return [chart.title, ...drawn(screen, element, chart.inColour), legendOf(chart)]
  } finally {
    screen.destroy()
  }
}

/** Below and not in the chart, where it would hide what the curves do at the top right. */
const legendOf = ({ curves, inColour }: LineChart) =>
  `     ${curves.map(({ title, colour }) => (inColour ? `${sgr(colour)}━━\x1b[0m ${title}` : title)).join('   ')}`

const sgr = (colour: CurveColour) => `\x1b[38;5;${curveColours[colour]}m`

function offScreen(blessed: Blessed, { width, height }: LineChart): BlessedScreen {
  const output = Object.assign(new Writable({ write: (_piece, _encoding, done) => done() }), {
    columns: width,
    rows: height,
    isTTY: true,
  })
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  return blessed.screen({ input, output, terminal: 'xterm-256color', fullUnicode: true })
}

function drawn(screen: BlessedScreen, element: ChartElement, inColour: boolean): string[] {
  screen.alloc()
  // Without it a chart with a legend throws: blessed would have made it while drawing the whole screen.
  screen._borderStops = {}
  element.render()
  const { xi, xl, yi, yl } = element.lpos
  const rows = screen.lines
    .slice(yi, yl)
    .map((line) => line.slice(xi, xl).filter(([, character]) => character !== filler))
  const below = rows.findLastIndex((cells) => plain(cells) !== '')
  return rows.slice(0, below + 1).map(inColour ? coloured : plain)
}

const plain = (cells: readonly Cell[]): string =>
  cells
    .map(([, character]) => character)
    .join('')
    .trimEnd()

function coloured(cells: readonly Cell[]): string {
  let text = ''
  let last = -1
  for (const [attribute, character] of cells) {
    if (attribute !== last) text += escapeOf(attribute)
    last = attribute
    text += character
  }
  return `${text}\x1b[0m`
}

/** blessed's attribute: flags, 9 bits of foreground, 9 bits of background. */
function escapeOf(attribute: number): string {
  const foreground = (attribute >> 9) & 0x1ff
  const isBold = (attribute >> 18) & 1
  const colour = foreground === 0x1ff ? '' : `;38;5;${foreground}`
  return `\x1b[0${isBold ? ';1' : ''}${colour}m`
}
