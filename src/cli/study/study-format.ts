export type StudyFormat = 'table' | 'json' | 'csv'

export interface StudyStyle {
  readonly format: StudyFormat
  /** Of the chart below a table, in cells. */
  readonly width: number
  readonly inColour: boolean
}

/** Version of the JSON of studies; grows when a field changes its meaning or goes, not when one is added. */
export const studySchema = 1

export const chartHeight = 18

export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`
