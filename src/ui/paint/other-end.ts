import { actorOf } from '../../model/flow.ts'
import { vocabulary } from '../../model/vocabulary.ts'
import { otherEndsAmong } from '../store/other-ends.ts'
import type { FlowRow } from '../store/rows.ts'
import { cellWidth, truncateMiddle } from '../text/cells.ts'
import type { Column } from './columns.ts'
import { hostNameWithin } from './marked-hosts.ts'

/** Who is at the other end of each flow between two of the hosts. */
export const otherEndColumn = (rows: readonly FlowRow[]): Column<FlowRow> => ({
  name: 'other_end',
  title: () => 'OTHER END',
  align: 'left',
  role: 'remote',
  widthMin: 16,
  widthMax: 40,
  // Who it is is worth more than how its rate went, and less than the rates.
  dropOrder: 5.5,
  text: (row, width) => endText(otherEndsAmong(rows).of(row), width),
})

const hostCellsMin = 8

/** `alice psql @web1`, in few cells without the user. */
function endText(end: FlowRow | undefined, width: number): string {
  if (!end) return ''
  const host = end.host ?? ''
  const program = `${end.process} @${host}`
  const whole = end.user === '-' ? program : `${end.user} ${program}`
  if (cellWidth(whole) <= width) return whole
  const room = Math.max(hostCellsMin, width - cellWidth(end.process) - 2)
  return truncateMiddle(`${end.process} @${hostNameWithin(host, room)}`, width)
}

/** The same in full, for the page of a flow; `traffic` tells of bytes and packets. */
export function otherEndItems(
  row: FlowRow,
  rows: readonly FlowRow[],
  traffic: (end: FlowRow) => readonly (readonly [string, string])[],
): readonly ({ readonly heading: string } | readonly [string, string])[] {
  const end = row.host === undefined ? undefined : otherEndsAmong(rows).of(row)
  if (!end) return []
  const actor = actorOf(end.flow)
  const pid = actor.kind === 'process' ? `, pid ${actor.pid}` : ''
  const exe = vocabulary.exe(end.flow)
  return [
    { heading: `Its other end, on ${end.host ?? ''}` },
    ['process', `${end.process}${pid}${end.user === '-' ? '' : `, of ${end.user}`}`],
    ...(exe ? [['program', exe] as const] : []),
    ...traffic(end),
  ]
}
