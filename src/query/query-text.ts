import { formatFilter } from './filter/format-filter.ts'
import type { Query } from './session.ts'

/** The same for queries that ask the same. */
export function queryText(query: Query): string {
  const by = query.kind === 'totals' ? JSON.stringify(query.by) : ''
  const range = query.range ? `${query.range.from}-${query.range.to}` : ''
  return `${query.kind} ${by} ${range} ${query.host ?? ''} ${query.where ? formatFilter(query.where) : ''}`
}
