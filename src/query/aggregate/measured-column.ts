import type { Measured } from './bounds.ts'

/** The numbers of one measure, one a row, as `Measured` has them: NaN is null there. Exact ones have one array for all. */
export interface MeasuredColumn {
  readonly values: Float64Array
  readonly lows: Float64Array
  readonly highs: Float64Array
  /** 1 where it is so; undefined where none is. */
  readonly estimated: Uint8Array | undefined
}

export const exactColumn = (values: Float64Array): MeasuredColumn => ({
  values,
  lows: values,
  highs: values,
  estimated: undefined,
})

/** One after the other, as many as there are. */
export function measuredColumn(
  rows: number,
  measuredOf: (row: number) => Measured,
): MeasuredColumn {
  const values = new Float64Array(rows)
  const lows = new Float64Array(rows)
  const highs = new Float64Array(rows)
  const estimated = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    const measured = measuredOf(row)
    values[row] = measured.value ?? NaN
    lows[row] = measured.low ?? NaN
    highs[row] = measured.high ?? NaN
    estimated[row] = Number(measured.estimated)
  }
  return { values, lows, highs, estimated: estimated.includes(1) ? estimated : undefined }
}

export const measuredAt = (column: MeasuredColumn, row: number): Measured => ({
  value: numberAt(column.values, row),
  low: numberAt(column.lows, row),
  high: numberAt(column.highs, row),
  estimated: column.estimated?.[row] === 1,
})

const numberAt = (numbers: Float64Array, row: number): number | null =>
  Number.isNaN(numbers[row]!) ? null : numbers[row]!

/** The rows before `to`; they share its memory. */
export function firstRows(column: MeasuredColumn, to: number): MeasuredColumn {
  const values = column.values.subarray(0, to)
  if (column.lows === column.values) return exactColumn(values)
  const [lows, highs] = [column.lows.subarray(0, to), column.highs.subarray(0, to)]
  return { values, lows, highs, estimated: column.estimated?.subarray(0, to) }
}

/** Each number divided by that of its row; null by 0. */
export function dividedColumn(column: MeasuredColumn, by: Float64Array): MeasuredColumn {
  const divided = (numbers: Float64Array) =>
    numbers.map((number, row) => (by[row] === 0 ? NaN : number / by[row]!))
  const values = divided(column.values)
  if (column.lows === column.values) return exactColumn(values)
  return {
    values,
    lows: divided(column.lows),
    highs: divided(column.highs),
    estimated: column.estimated,
  }
}
