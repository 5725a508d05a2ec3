import { linesOf, offScreen, type BlessedScreen } from './off-screen.ts'
import { axisColour, type Curve, type DrawCurves, seriesColour } from './curves.ts'

interface LineWidget {
  setData(series: readonly object[]): void
}

/**
 * Curves drawn by blessed-contrib; undefined where it cannot be loaded. Loaded by itself, without the rest of the
 * package, and only when a chart is asked for: the whole takes 100 ms.
 */
export async function loadContrib(): Promise<DrawCurves | undefined> {
  try {
    const [{ default: blessed }, { default: line }] = await Promise.all([
      import('blessed'),
      import('blessed-contrib/lib/widget/charts/line.js'),
    ])
    return (curves, { columns, rows }, least = 0) => {
      const screen = offScreen(blessed as never, { columns, rows })
      try {
        return drawn(screen, line, { curves, columns, rows, least })
      } finally {
        screen.destroy()
      }
    }
  } catch {
    // Not installed, or not loadable on this Node: charts are drawn without it.
    return undefined
  }
}

interface Drawing {
  readonly curves: readonly Curve[]
  readonly columns: number
  readonly rows: number
  readonly least: number
}

function drawn(
  screen: BlessedScreen,
  line: (options: object) => LineWidget,
  { curves, columns, rows, least }: Drawing,
) {
  const widget = line({
    top: 0,
    left: 0,
    width: columns,
    height: rows,
    minY: least,
    style: { text: axisColour, baseline: axisColour },
  })
  screen.append(widget)
  const seconds = Math.max(...curves.map(({ values }) => values.length))
  const x = Array.from({ length: seconds }, (_, i) => `-${seconds - i}s`)
  widget.setData(
    curves.map(({ title, values }, i) => ({
      title,
      x,
      y: values,
      style: { line: seriesColour(i) },
    })),
  )
  screen.render()
  return linesOf(screen)
}
