import { essentialSights, type Loss } from '../../model/capture-status.ts'
import type { Coverage } from '../../query/session.ts'
import { whereaboutsMissing, whereaboutsNotes } from '../../query/whereabouts.ts'
import { silenceText } from '../../query/hosts-of-many.ts'
import { cellWidth, truncateCells, wrapCells } from '../text/cells.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { formatTimeOfDay } from '../text/units.ts'
import type { Paint } from '../theme/theme.ts'
import { silentHosts, silentNotice } from './silent-hosts.ts'

/** What each of the recorder's reasons takes from the picture; other reasons speak for themselves. */
const lossMeanings: Record<string, string> = {
  'ring-full': 'flows ended faster than they could be read',
  'event-ring-full': 'socket events came faster than they could be read',
  'owner-map-full': 'sockets without their owner',
  'datagram-map-full': 'more datagram peers than the kernel map holds',
  'datagram-lost': 'datagrams that are in no flow',
  'datagram-lost-bytes': 'bytes of these',
  'ports-unreadable': 'packets whose headers could not be read to their ports',
  'flow-table-full': 'flows let go early, the table is full',
  'reader-behind': 'ended flows that this screen was too slow to read',
}

/** What is said of addresses that no record has. */
type OfAddresses = Pick<MonitorStore, 'names' | 'whereabouts'>

/** The same, and of a case whether it is as it was sealed. */
type Beside = Partial<OfAddresses & Pick<MonitorStore, 'seals'>>

/** Something that the user should know about what is shown. */
export interface Notice {
  /** `warning`: numbers may be short or names be missing. `note`: a limit that every capture of this kind has. */
  readonly kind: 'warning' | 'note'
  readonly text: string
}

/**
 * What is missing from the screen and what to do about it, most urgent first; [] where capture is whole. `unheld`: what a
 * paused screen does not know.
 */
export function noticesOf(
  coverage: Coverage,
  { names, whereabouts, seals }: Beside = {},
  unheld?: string,
): readonly Notice[] {
  const { capture, stale, to, flowsLetGo, filter, past } = coverage
  const told = [...(coverage.whereabouts ?? []), ...(whereabouts?.told ?? [])]
  const databases = whereaboutsNotes(told)
  const warnings = [
    ...(seals?.warning === undefined ? [] : [seals.warning]),
    ...(stale === undefined
      ? []
      : [`Stale: ${stale}. These are the last rows heard, of ${formatTimeOfDay(to)}.`]),
    ...(unheld === undefined ? [] : [unheld]),
    ...(past?.missing ?? []),
    ...(coverage.unkept === undefined ? [] : [coverage.unkept]),
    ...(past ? [] : capture.lost.filter(({ count }) => count > 0).map(lossNotice)),
    ...(names?.problem === undefined
      ? []
      : [`No name server answers (${names.problem}): addresses stay addresses.`]),
    ...whereaboutsMissing(told),
    ...silentNotice(coverage),
    ...gapsNotice(coverage),
    ...(filter && filter.flowsUntested > 0
      ? [`${filter.flowsUntested} flows ended before the filter was set: not in its totals.`]
      : []),
  ]
  const letGo = past?.unlisted
    ? [
        `The list has the flows with the most bytes; ${past.unlisted.flows} others are in the totals only: filter, or enter a group.`,
      ]
    : flowsLetGo > 0
      ? [`${flowsLetGo} ended flows are in the totals but no longer in the list.`]
      : []
  const isWhole = essentialSights.every((sight) => capture.sees.includes(sight))
  const limitsOfSource = isWhole ? 'note' : 'warning'
  return [
    ...warnings.map((text) => ({ kind: 'warning', text }) as const),
    // An answer about the past has said it already.
    ...(past ? [] : capture.blind).map((text) => ({ kind: limitsOfSource, text }) as const),
    ...(coverage.interfaces?.missing ?? []).map((text) => ({ kind: 'note', text }) as const),
    ...letGo.map((text) => ({ kind: 'note', text }) as const),
    // The one day of one database stands in the headings.
    ...(databases.length > 1 ? databases : []).map((text) => ({ kind: 'note', text }) as const),
  ]
}

/** The latest gap and the number of the others; losses that a source counts and hosts that are silent have notices of their own. */
function gapsNotice(coverage: Coverage): readonly string[] {
  const { gaps, capture, hosts } = coverage
  const told = new Set([
    ...capture.lost.map(({ reason }) => reason),
    ...silentHosts(coverage).map(silenceText),
  ])
  const untold = gaps.filter(({ reason }) => !told.has(reason))
  const latest = untold.at(-1)
  if (!latest) return []
  const span = `${formatTimeOfDay(latest.from)} to ${formatTimeOfDay(latest.to)}`
  const others =
    untold.length > 1
      ? ` ${untold.length - 1} earlier: \`e2etop status\`${hosts ? ' on its host' : ''}.`
      : ''
  return [`Not whole from ${span}: ${latest.reason}.${others}`]
}

/** Lines that notices take of at most `linesMax`: each warning one, all notes together one. */
export function noticeLines(notices: readonly Notice[], linesMax: number): number {
  const warnings = notices.filter(({ kind }) => kind === 'warning').length
  return Math.min(linesMax, warnings + (notices.length > warnings ? 1 : 0))
}

function lossNotice({ reason, count, last }: Loss): string {
  const meaning = lossMeanings[reason]
  const what = meaning === undefined ? reason : `${meaning} (${reason})`
  return `Lost ${count}: ${what}, last at ${formatTimeOfDay(last)}. Totals may be short.`
}

/** Notices in `lines` lines; where that is not all of it, the last line names the key that shows it. */
export function paintNotices(
  notices: readonly Notice[],
  lines: number,
  columns: number,
  paint: Paint,
): readonly string[] {
  const shown = notices.slice(0, lines)
  return shown.map(({ kind, text }, i) => {
    const hidden = i === shown.length - 1 ? notices.length - shown.length : 0
    const room = columns - cellWidth(noticeSigns[kind])
    const more = hidden > 0 ? ` (c: ${hidden} more)` : cellWidth(text) > room ? ' (c: all)' : ''
    const cut = truncateCells(text, room - cellWidth(more))
    return kind === 'warning'
      ? paint('warning', noticeSigns.warning) + cut + paint('dim', more)
      : paint('dim', noticeSigns.note + cut + more)
  })
}

const noticeSigns: Record<Notice['kind'], string> = { warning: ' ! ', note: ' i ' }

/** Where the rows come from: `bpf`, `bpf via recorder` where the host's own recorder was asked, or a case file. */
export function sourceText(
  { capture, attached, past }: Coverage,
  seals?: MonitorStore['seals'],
): string {
  if (past?.fromCase !== undefined) return `case ${past.fromCase}, ${seals?.text ?? 'not verified'}`
  return attached ? `${capture.source} via recorder` : capture.source
}

/** The page behind `c`: everything that is known about what the screen shows. */
export function coverageLines(
  {
    coverage,
    names,
    whereabouts,
    tables,
    seals,
  }: Pick<MonitorStore, 'coverage' | 'tables' | 'seals' | keyof OfAddresses>,
  columns: number,
  paint: Paint,
): readonly string[] {
  if (!coverage) return [' Nothing is known yet: the first answer has not come.']
  const { capture, host, from, to, past } = coverage
  const notices = noticesOf(coverage, { names, whereabouts, seals }, tables.missing)
  const silent = silentHosts(coverage)
  const indented = (text: string, sign: string) =>
    wrapCells(text, columns - 6).map((line, i) => `${i === 0 ? sign : '   '} ${line}`)
  return [
    paint('title', ' What this screen covers'),
    '',
    `   host     ${host}`,
    `   source   ${sourceText(coverage, seals)}`,
    ...(seals?.detail === undefined ? [] : indented(`seals    ${seals.detail}`, '  ')),
    `   time     ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
    // A case has it only where it is missing, below.
    ...(past?.fromCase === undefined
      ? indented(`sees     ${capture.sees.join(', ') || 'nothing'}`, '  ')
      : []),
    ...whereaboutsNotes([...(coverage.whereabouts ?? []), ...whereabouts.told]).flatMap((text) =>
      indented(`places   ${text}`, '  '),
    ),
    ...(names.on
      ? indented(
          'names    what DNS says now of remote addresses; whoever has one can name it anything',
          '  ',
        )
      : []),
    '',
    paint('title', ' What is missing'),
    '',
    ...(notices.length === 0 ? ['   Nothing that e2etop knows of.'] : []),
    ...notices.flatMap(({ kind, text }) =>
      indented(text, paint(kind === 'warning' ? 'warning' : 'dim', noticeSigns[kind])),
    ),
    ...(silent.length > 1 ? ['', paint('title', ' Why hosts are silent'), ''] : []),
    ...(silent.length > 1 ? silent : []).flatMap((host) => indented(silenceText(host), '  ')),
  ]
}
