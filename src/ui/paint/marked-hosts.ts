import type { HostMark } from '../../query/host-mark.ts'
import type { HostOfMany } from '../../query/hosts-of-many.ts'
import type { Column } from './columns.ts'
import { segment, type Segment } from './line.ts'

/** The marks of hosts by their names. */
export const marksOf = (hosts: readonly HostOfMany[] | undefined): ReadonlyMap<string, HostMark> =>
  new Map(hosts?.flatMap(({ host, mark }) => (mark ? [[host, mark] as const] : [])))

/** A name that says what the host belongs to, also where there are no colours. */
export const markedName = (mark: HostMark, name: string) => `${mark.name}:${name}`

/** The columns, with the one of hosts marked, where any host is; `hostOf` a row. */
export function withMarks<Row>(
  columns: readonly Column<Row>[],
  hosts: readonly HostOfMany[] | undefined,
  hostOf: (row: Row) => string | undefined,
): readonly Column<Row>[] {
  const marks = marksOf(hosts)
  if (marks.size === 0) return columns
  const markOf = (row: Row) => marks.get(hostOf(row) ?? '')
  const more = Math.max(...[...marks.values()].map(({ name }) => name.length + 1))
  return columns.map((column) =>
    column.name === 'host'
      ? {
          ...column,
          widthMin: column.widthMin + more,
          widthMax: column.widthMax + more,
          text(row, width, unit) {
            const name = column.text(row, width, unit)
            const mark = markOf(row)
            return mark ? markedName(mark, name) : name
          },
          roleOf(row) {
            const mark = markOf(row)
            return mark ? `mark-${mark.colour}` : column.role
          },
        }
      : column,
  )
}

/** Each mark that any of the hosts has, once, for the title. */
export function markSegments(hosts: readonly HostOfMany[] | undefined): readonly Segment[] {
  const marks = new Map(hosts?.flatMap(({ mark }) => (mark ? [[mark.name, mark] as const] : [])))
  return [...marks.values()].map(({ name, colour }) => segment(`mark-${colour}`, `  [${name}]`))
}
