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

/** A share of 0 to 1 in per cent, as exact as it matters: 12, 99.2, 99.9991. */
export function percent(share: number): string {
  const near = Math.min(share, 1 - share)
  const digits = near <= 0 ? 0 : Math.min(6, Math.max(1, Math.ceil(-Math.log10(near)) - 1))
  return `${Number((share * 100).toFixed(digits))} %`
}
