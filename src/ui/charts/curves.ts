import type { ScreenSize } from '../terminal/screen.ts'
import type { Role } from '../theme/theme.ts'
import type { ColourRun } from './off-screen.ts'

/** One line of a chart: a value a second, the latest last. */
export interface Curve {
  readonly title: string
  readonly values: readonly number[]
}

/** Draws curves of equal length into exactly that size. */
export type DrawCurves = (
  curves: readonly Curve[],
  size: ScreenSize,
) => readonly (readonly ColourRun[])[]

const series: readonly Role[] = ['series1', 'series2', 'series3', 'series4', 'series5']
/** As many curves as colours that can be told apart. */
export const curvesMax = series.length

// Numbers of the 256 colours that stand for roles while a widget draws; the theme gives the colours that are shown.
const firstSeriesColour = 202
export const axisColour = 210
export const seriesColour = (place: number): number => firstSeriesColour + place
/** The same as markup of blessed, which takes no numbers; each is in its table of colours once. */
export const seriesMarkup = ['{#ff5f00-fg}', '{#ff5f5f-fg}'] as const
export const seriesRole = (place: number): Role => series[place % series.length] ?? 'series1'

/** The role that a colour stands for. */
export function roleOfColour(colour: number | undefined): Role {
  if (colour === undefined || colour === axisColour) return 'dim'
  return series[colour - firstSeriesColour] ?? 'dim'
}
