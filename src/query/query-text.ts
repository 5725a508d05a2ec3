import { formatFilter } from './filter/format-filter.ts'
import type { Query } from './session.ts'

/** The same for queries that ask the same. */
export function queryText(query: Query): string {
  const by = query.kind === 'totals' ? JSON.stringify(query.by) : ''
  return `${query.kind} ${by} ${query.where ? formatFilter(query.where) : ''}`
}
