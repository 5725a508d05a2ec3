import type { Loss } from '../../model/capture-status.ts'
import type { Coverage } from '../../query/session.ts'
import { cellWidth, truncateCells, wrapCells } from '../text/cells.ts'
import { formatTimeOfDay } from '../text/units.ts'
import type { Paint } from '../theme/theme.ts'

/** What each of the recorder's reasons takes from the picture; other reasons speak for themselves. */
const lossMeanings: Record<string, string> = {
  'ring-full': 'flows ended faster than they could be read',
  'event-ring-full': 'socket events came faster than they could be read',
  'owner-map-full': 'sockets without their owner',
  'datagram-map-full': 'more datagram peers than the kernel map holds',
  'flow-table-full': 'flows let go early, the table is full',
  'reader-behind': 'ended flows that this screen was too slow to read',
}

/** What is missing from the screen and what to do about it, most urgent first; [] where capture is whole. */
export function noticesOf({ capture, stale, to, flowsLetGo }: Coverage): readonly string[] {
  return [
    ...(stale === undefined
      ? []
      : [`Stale: ${stale}. These are the last rows heard, of ${formatTimeOfDay(to)}.`]),
    ...capture.lost.filter(({ count }) => count > 0).map(lossNotice),
    ...capture.blind,
    ...(flowsLetGo > 0
      ? [`${flowsLetGo} ended flows are in the totals but no longer in the list.`]
      : []),
  ]
}

function lossNotice({ reason, count, last }: Loss): string {
  const meaning = lossMeanings[reason]
  const what = meaning === undefined ? reason : `${meaning} (${reason})`
  return `Lost ${count}: ${what}, last at ${formatTimeOfDay(last)}. Totals may be short.`
}

/** Notices in at most `lines` lines; where that is not all of it, the last line names the key that shows it. */
export function paintNotices(
  notices: readonly string[],
  lines: number,
  columns: number,
  paint: Paint,
): readonly string[] {
  const shown = notices.slice(0, lines)
  return shown.map((notice, i) => {
    const hidden = i === shown.length - 1 ? notices.length - shown.length : 0
    const room = columns - 3
    const isCut = cellWidth(notice) > room
    const more = hidden > 0 ? ` (c: ${hidden} more)` : isCut ? ' (c: all)' : ''
    const text = truncateCells(notice, room - cellWidth(more))
    return `${paint('warning', ' ! ')}${text}${paint('dim', more)}`
  })
}

/** The page behind `c`: everything that is known about what the screen shows. */
export function coverageLines(
  coverage: Coverage | undefined,
  columns: number,
  paint: Paint,
): readonly string[] {
  if (!coverage) return [' Nothing is known yet: the first answer has not come.']
  const { capture, host, from, to } = coverage
  const notices = noticesOf(coverage)
  const indented = (text: string, sign: string) =>
    wrapCells(text, columns - 6).map((line, i) => `${i === 0 ? sign : '   '} ${line}`)
  return [
    paint('title', ' What this screen covers'),
    '',
    `   host     ${host}`,
    `   source   ${capture.source}`,
    `   time     ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
    ...indented(`sees     ${capture.sees.join(', ') || 'nothing'}`, '  '),
    '',
    paint('title', ' What is missing'),
    '',
    ...(notices.length === 0 ? ['   Nothing that e2etop knows of.'] : []),
    ...notices.flatMap((notice) => indented(notice, paint('warning', ' ! '))),
  ]
}
