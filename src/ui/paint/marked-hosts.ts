import type { HostMark } from '../../query/host-mark.ts'
import type { HostOfMany } from '../../query/hosts-of-many.ts'
import { cellWidth, truncateCells, truncateMiddle } from '../text/cells.ts'
import type { Column } from './columns.ts'
import { segment, type Segment } from './line.ts'

/** The marks of hosts by their names. */
export const marksOf = (hosts: readonly HostOfMany[] | undefined): ReadonlyMap<string, HostMark> =>
  new Map(hosts?.flatMap(({ host, mark }) => (mark ? [[host, mark] as const] : [])))

/** A name that says what the host belongs to, also where there are no colours. */
export const markedName = (mark: HostMark, name: string) => `${mark.name}:${name}`

/** More of a name is not shown beside other columns. */
const nameCellsMax = 64

/** The columns, with the one of hosts as wide as their names, and with their marks; `hostOf` a row. */
export function withHostNames<Row>(
  columns: readonly Column<Row>[],
  hosts: readonly HostOfMany[] | undefined = [],
  hostOf: (row: Row) => string | undefined,
): readonly Column<Row>[] {
  if (hosts.length === 0) return columns
  const marks = marksOf(hosts)
  const markOf = (row: Row) => marks.get(hostOf(row) ?? '')
  const nameOf = ({ host, mark }: HostOfMany) => (mark ? markedName(mark, host) : host)
  const more = Math.max(0, ...[...marks.values()].map(({ name }) => name.length + 1))
  const longest = Math.max(...hosts.map((host) => cellWidth(nameOf(host))))
  return columns.map((column) =>
    column.name === 'host'
      ? {
          ...column,
          // Where rows are hosts, their names are worth more than how many flows they have.
          widthMin: column.isName
            ? Math.max(column.widthMin, Math.min(longest, 2 * column.widthMin))
            : column.widthMin + more,
          widthMax: Math.max(column.widthMax + more, Math.min(longest, nameCellsMax)),
          text(row, width, shown) {
            const name = column.text(row, width, shown)
            const mark = markOf(row)
            if (!mark) return hostNameWithin(name, width)
            return markedName(mark, hostNameWithin(name, width - mark.name.length - 1))
          },
          roleOf(row) {
            const mark = markOf(row)
            return mark ? `mark-${mark.colour}` : column.role
          },
        }
      : column,
  )
}

/** So many marks stand in the title. */
const titleMarksMax = 3

/** Hosts of a site share a domain and how their names begin: the end of the first label is what tells them apart. */
export function hostNameWithin(name: string, width: number): string {
  const [label = ''] = name.split('.')
  return cellWidth(label) < width ? truncateCells(name, width) : truncateMiddle(label, width)
}

/** Each mark that any of the hosts has, once, for the title. */
export function markSegments(hosts: readonly HostOfMany[] | undefined): readonly Segment[] {
  const marks = new Map(hosts?.flatMap(({ mark }) => (mark ? [[mark.name, mark] as const] : [])))
  const more = marks.size - titleMarksMax
  return [
    ...[...marks.values()]
      .slice(0, titleMarksMax)
      .map(({ name, colour }) => segment(`mark-${colour}`, `  [${name}]`)),
    ...(more > 0 ? [segment('text', `  [${more} more]`)] : []),
  ]
}
