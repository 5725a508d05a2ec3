import type { DrawCurves } from '../../ui/charts/curves.ts'
import type { Paint } from '../../ui/theme/theme.ts'

export type StudyFormat = 'table' | 'json' | 'csv'

export interface StudyStyle {
  readonly format: StudyFormat
  /** Of the chart below a table, in cells. */
  readonly width: number
  readonly paint: Paint
  /** Undefined where no chart can be drawn, or none is asked for. */
  readonly draw: DrawCurves | undefined
}

/** Version of the JSON of studies; grows when a field changes its meaning or goes, not when one is added. */
export const studySchema = 1

export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`

/** What is read, one of them. */
export const one = { logs: 'log', captures: 'capture' } as const
