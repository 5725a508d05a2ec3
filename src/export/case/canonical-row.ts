import type { SqlValue } from 'sql.js'

/** The one text of a row whose digest is taken: each value with its type and length, so no two rows have the same. */
export const canonicalRow = (values: readonly SqlValue[]): string =>
  `${values.map(canonicalValue).join('')}\n`

function canonicalValue(value: SqlValue): string {
  if (value === null) return 'n'
  if (typeof value === 'number') return `i${value};`
  if (typeof value === 'string') return `t${value.length}:${value}`
  return `b${value.length}:${Buffer.from(value).toString('hex')}`
}
