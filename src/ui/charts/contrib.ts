import { linesOf, offScreen, type BlessedScreen } from './off-screen.ts'
import { axisColour, type ChartAxes, type Curve, type DrawCurves, seriesColour } from './curves.ts'

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
    return (curves, size, axes = {}) => {
      const screen = offScreen(blessed as never, size)
      try {
        return drawn(screen, line, { curves, axes, ...size })
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
  readonly axes: ChartAxes
}

/** Labels of the y axis above its least, where the highest of them is given. */
const ticks = 10

function drawn(
  screen: BlessedScreen,
  line: (options: object) => LineWidget,
  { curves, columns, rows, axes }: Drawing,
) {
  const widget = line({
    top: 0,
    left: 0,
    width: columns,
    height: rows,
    minY: axes.least ?? 0,
    // What touches the top would be cut off.
    ...(axes.most !== undefined && { maxY: axes.most * (1 + 1 / ticks), numYLabels: ticks + 1 }),
    style: { text: axisColour, baseline: axisColour },
  })
  screen.append(widget)
  const x = axes.labels ?? secondsBefore(Math.max(...curves.map(({ values }) => values.length)))
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

const secondsBefore = (seconds: number) =>
  Array.from({ length: seconds }, (_, i) => `-${seconds - i}s`)
