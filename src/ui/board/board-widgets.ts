import { axisColour, roleOfColour, seriesColour, seriesMarkup } from '../charts/curves.ts'
import { linesOf, offScreen, type BlessedScreen } from '../charts/off-screen.ts'
import type { ScreenSize } from '../terminal/screen.ts'
import type { Paint, Role } from '../theme/theme.ts'
import { rateScale, type RateUnit } from '../text/units.ts'
import type { BoardData } from './board-data.ts'

/** What is used of the widgets. */
interface Widgets {
  readonly line: { setData(series: readonly object[]): void; setLabel(text: string): void }
  readonly donut: { setData(parts: readonly object[]): void }
  readonly sparkline: {
    setData(titles: readonly string[], data: readonly (readonly number[])[]): void
  }
  readonly talkers: { setContent(text: string): void }
  readonly services: { setContent(text: string): void }
}

type Make = (options: object) => never
interface Grid {
  set(
    row: number,
    column: number,
    rows: number,
    columns: number,
    make: Make,
    options: object,
  ): unknown
}

export interface Contrib {
  readonly grid: new (options: object) => Grid
  readonly line: Make
  readonly donut: Make
  readonly sparkline: Make
}

export interface Blessed {
  readonly screen: (options: object) => BlessedScreen
  readonly box: Make
}

/** The wallboard's packages. Throws where they are not installed. */
export async function loadBoardPackages(): Promise<{ blessed: Blessed; contrib: Contrib }> {
  const [blessed, contrib] = await Promise.all([import('blessed'), import('blessed-contrib')])
  return {
    blessed: blessed.default as unknown as Blessed,
    contrib: contrib.default as unknown as Contrib,
  }
}

/** Widgets of blessed-contrib on a screen of one size that no terminal sees. */
export class BoardWidgets {
  readonly #screen: BlessedScreen
  readonly #widgets: Widgets

  constructor(
    { blessed, contrib }: { readonly blessed: Blessed; readonly contrib: Contrib },
    size: ScreenSize,
  ) {
    this.#screen = offScreen(blessed, size)
    const grid = new contrib.grid({ rows: 12, cols: 12, screen: this.#screen, color: axisColour })
    const style = { text: axisColour, baseline: axisColour, fg: seriesColour(1) }
    const radius = donutRadius(size)
    this.#widgets = {
      line: grid.set(0, 0, 6, 8, contrib.line, { label: ' Host ', tags: true, style }),
      donut: grid.set(0, 8, 6, 4, contrib.donut, {
        label: ' Share of now ',
        radius,
        arcWidth: Math.max(2, Math.floor(radius / 3)),
        remainColor: axisColour,
        yPadding: 2,
      }),
      talkers: grid.set(6, 0, 6, 8, blessed.box, { label: ' Processes ', wrap: false }),
      sparkline: grid.set(6, 8, 4, 4, contrib.sparkline, {
        label: ' The last minute ',
        tags: true,
        style: { fg: seriesColour(0) },
      }),
      services: grid.set(10, 8, 2, 4, blessed.box, { label: ' Services ', wrap: false }),
    } as unknown as Widgets
  }

  /** Lines of the whole board. */
  lines(data: BoardData, unit: RateUnit, heading: string, paint: Paint): readonly string[] {
    const { line, donut, sparkline, talkers, services } = this.#widgets
    const scale = rateScale(Math.max(1, ...data.sent, ...data.received), unit)
    const x = data.sent.map((_, i) => `-${data.sent.length - i}s`)
    const scaled = (rates: readonly number[]) => rates.map((rate) => rate / scale.factor)
    const [tx, rx] = seriesMarkup
    line.setLabel(` Host, ${scale.label}: ${tx}━{/} sent  ${rx}━{/} received `)
    if (data.sent.length > 1)
      line.setData([
        { title: 'sent', x, y: scaled(data.sent), style: { line: seriesColour(0) } },
        { title: 'received', x, y: scaled(data.received), style: { line: seriesColour(1) } },
      ])
    donut.setData(
      data.shares.map(({ name, part }, i) => ({
        percent: Math.round(100 * part),
        label: name,
        color: seriesColour(i),
      })),
    )
    sparkline.setData(
      data.courses.map(({ name }) => name),
      data.courses.map(({ rates }) => rates),
    )
    talkers.setContent([heading, ...data.talkers].join('\n'))
    services.setContent(data.services.join('\n'))
    this.#screen.render()
    return linesOf(this.#screen).map((runs) =>
      runs.map(({ colour, text }) => paint(boardRole(colour), text)).join(''),
    )
  }

  close(): void {
    this.#screen.destroy()
  }
}

/** Three beside each other in a third of the width and half of the height, in dots of braille cells. */
function donutRadius({ columns, rows }: ScreenSize): number {
  const across = (Math.floor(columns / 3) * 2 - 5) / 6 - 2
  const down = (Math.floor(rows / 2) * 4 - 12) / 2 - 8
  return Math.max(4, Math.floor(Math.min(across, down)))
}

const boardRole = (colour: number | undefined): Role =>
  colour === undefined || colour === 7 || colour === 15 ? 'text' : roleOfColour(colour)
