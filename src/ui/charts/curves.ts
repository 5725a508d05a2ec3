import type { ScreenSize } from '../terminal/screen.ts'
import type { Role } from '../theme/theme.ts'
import type { ColourRun } from './off-screen.ts'

/** One line of a chart: its values from left to right. */
export interface Curve {
  readonly title: string
  readonly values: readonly number[]
}

export interface ChartAxes {
  /** The value at the bottom; 0 where not given. */
  readonly least?: number
  /** The highest value that has a label; where not given, the chart makes room for what is drawn. */
  readonly most?: number
  /** What stands under each value; where not given, the seconds before the last of them. */
  readonly labels?: readonly string[]
}

/** Draws curves of equal length into exactly that size. */
export type DrawCurves = (
  curves: readonly Curve[],
  size: ScreenSize,
  axes?: ChartAxes,
) => readonly (readonly ColourRun[])[]

const series: readonly Role[] = ['series1', 'series2', 'series3', 'series4', 'series5']
/** As many curves as colours that can be told apart. */
export const curvesMax = series.length

// Numbers of the 256 colours that stand for roles while a widget draws; the theme gives the colours that are shown.
const firstSeriesColour = 202
export const axisColour = 210
export const seriesColour = (place: number): number => firstSeriesColour + place
/** The first two as markup of blessed, which takes names of colours only; nothing else on a board has these. */
export const seriesMarkup = ['{red-fg}', '{cyan-fg}'] as const
const markupColours = [1, 6]
export const seriesRole = (place: number): Role => series[place % series.length] ?? 'series1'

/** The role that a colour stands for. */
export function roleOfColour(colour: number | undefined): Role {
  if (colour === undefined || colour === axisColour) return 'dim'
  const place = markupColours.indexOf(colour)
  return series[place < 0 ? colour - firstSeriesColour : place] ?? 'dim'
}
