import { formatAddress } from '../../model/address.ts'
import { countryName } from '../../model/whereabouts/country-codes.ts'
import { unlisted } from '../../model/whereabouts/whereabouts.ts'
import { actorOf, type FlowRecord } from '../../model/flow.ts'
import type { Owner } from '../../model/owner.ts'
import { flagNames, isoTime, vocabulary } from '../../model/vocabulary.ts'
import type { HostOfMany } from '../../query/hosts-of-many.ts'
import { clockText, isOff } from '../text/clock-text.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import { crumbOf, hasEnded, isUnheard, type FlowRow, type GroupRow } from '../store/rows.ts'
import { flowsOf } from '../store/flows-of-group.ts'
import { askedWithin } from '../store/navigation.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import { whyNoAs } from '../remote-whereabouts.ts'
import { fitCells, wrapCells } from '../text/cells.ts'
import {
  formatDuration,
  formatExact,
  formatQuantity,
  formatRate,
  formatRtt,
  rateUnitLabel,
} from '../text/units.ts'
import type { Paint } from '../theme/theme.ts'
import { detailCourses, type CourseDrawing } from './detail-courses.ts'
import { endpointText, stateText } from './flow-columns.ts'
import { otherEndItems } from './other-end.ts'

const labelCells = 14
/** A place that never cuts an address. */
const anyWidth = 100

/** What a detail says: headings, and values under their names. */
type Item = { readonly heading: string } | readonly [label: string, value: string]

/** All that is known of the selected flow or group. */
export function detailLines(store: MonitorStore, drawing: CourseDrawing): readonly string[] {
  const { columns, paint } = drawing
  const flow = store.view === 'flows' ? store.flows.selected : store.groups.selected?.flow
  const items = flow || store.view === 'flows' ? flowItems(store, flow) : groupItems(store)
  if (!items) return ['', '   It is gone. Esc goes back.']
  return items
    .flatMap((item) =>
      'heading' in item
        ? ['', paint('title', ` ${item.heading}`)]
        : valueLines(item, columns).map((line) => paintValue(line, paint)),
    )
    .concat(detailCourses(store, drawing))
}

function valueLines([label, value]: readonly [string, string], columns: number) {
  return wrapCells(value, Math.max(20, columns - labelCells - 4)).map((line, i) => ({
    label: i === 0 ? label : '',
    line,
  }))
}

const paintValue = ({ label, line }: { label: string; line: string }, paint: Paint) =>
  `   ${paint('dim', fitCells(label, labelCells, 'left'))} ${line}`

function flowItems(
  { unit, coverage, names, whereabouts, shown }: MonitorStore,
  row: FlowRow | undefined,
): readonly Item[] | undefined {
  if (!row) return undefined
  const { flow } = row
  const name = names.nameOf?.(formatAddress(flow.remoteAddress))
  const end = hasEnded(flow) ? flow.end : (coverage?.to ?? flow.end)
  return [
    { heading: `${row.process} ${directionWords[flow.direction]}` },
    ['local', endpointText(flow.localAddress, flow.localPort, anyWidth)],
    ['remote', endpointText(flow.remoteAddress, flow.remotePort, anyWidth)],
    ...(name === undefined ? [] : [['named', `${name} (by DNS)`] as const]),
    ...whereaboutsItems(flow.remoteAddress, whereabouts),
    ['protocol', vocabulary.protocol(flow)],
    ['state', stateText(flow) || 'open'],
    ['since', `${isoTime(flow.start) ?? 'unknown'}, ${formatDuration(end - flow.start)}`],
    ...(flagNames(flow.flags).length > 0 ? [['flags', flagWords(flow)] as const] : []),
    { heading: 'Traffic' },
    ...trafficItems(row, unit),
    ...tcpItems(flow),
    { heading: 'Owner' },
    ...ownerItems(actorOf(flow)),
    ...(flow.actor ? [['opened by', ownerText(flow.owner)] as const] : []),
    ...otherEndItems(row, shown.flows, (end) => trafficItems(end, unit)),
    { heading: 'Elsewhere' },
    ['community id', vocabulary.community_id(flow)],
    ['network ns', flow.netns === 0 ? 'not known' : String(flow.netns)],
    ['filter', `remote host ${formatAddress(flow.remoteAddress)}`],
  ]
}

function whereaboutsItems(
  address: Uint8Array,
  { of, told: [told] }: MonitorStore['whereabouts'],
): readonly Item[] {
  const found = of?.(address)
  if (!found || told?.kind !== 'known') return []
  const { country, as } = found
  const why = whyNoAs(address)
  const nowhere =
    why === undefined || why === unlisted ? `not listed on ${told.date}` : `to nobody: ${why}`
  return [
    [
      'registered',
      country === '' ? nowhere : `${countryName(country)} (${country}), on ${told.date}`,
    ],
    ...(why === undefined ? [['announced by', `AS ${as}`] as const] : []),
  ]
}

const directionWords = {
  outbound: 'opened this flow',
  inbound: 'accepted this flow',
  unknown: 'has this flow; who opened it is not known',
} as const

const flagMeanings: Readonly<Record<string, string>> = {
  partial: 'began before capture: counted from its first sight',
  carrier: "a tunnel's own transport: not in totals",
  loopback: 'both ends are on this host',
}
const flagWords = (flow: FlowRecord) =>
  flagNames(flow.flags)
    .map((name) => `${name} (${flagMeanings[name] ?? ''})`)
    .join(', ')

const rateText = (rate: number | undefined, unit: MonitorStore['unit']) =>
  `${formatRate(rate, unit)}${rateUnitLabel[unit]}`

const trafficText = (bytes: number, packets: number, rate: string) =>
  `${rate.padEnd(10)} ${formatExact(bytes)} bytes in ${formatExact(packets)} packets`

const trafficItems = ({ flow, txRate, rxRate }: FlowRow, unit: MonitorStore['unit']) =>
  [
    ['sent', trafficText(flow.txBytes, flow.txPackets, rateText(txRate, unit))],
    ['received', trafficText(flow.rxBytes, flow.rxPackets, rateText(rxRate, unit))],
  ] as const

function tcpItems(flow: FlowRecord): readonly Item[] {
  if (flow.protocol !== 6) return []
  const rtt = flow.rttUs === 0 ? 'not measured' : `${formatRtt(flow.rttUs)} ms`
  const part = flow.txPackets === 0 ? 0 : flow.retransmits / flow.txPackets
  const again = `${formatExact(flow.retransmits)} segments sent again`
  return [
    ['round trip', rtt],
    ['retransmits', part === 0 ? again : `${again}, ${(100 * part).toFixed(1)} % of packets sent`],
  ]
}

function ownerItems(owner: Owner): readonly Item[] {
  if (owner.kind === 'kernel') return [['owner', 'the kernel itself: no process opened it']]
  if (owner.kind === 'unknown') {
    const { why, account } = owner
    const user: Item = ['user', account ? `${account.user}, uid ${account.uid}` : 'not known']
    return [['owner', `not known: ${why}`], user]
  }
  const since = owner.start > 0 ? `, since ${isoTime(owner.start) ?? ''}` : ''
  return [
    ['process', `${owner.process}, pid ${owner.pid}${since}`],
    ['parent', owner.parentPid === 0 ? 'not known' : `pid ${owner.parentPid}`],
    ['program', owner.exe || 'not known'],
    ['user', `${owner.user}, uid ${owner.uid}`],
    ['cgroup', owner.cgroup || 'not known'],
    ['container', owner.container || 'none'],
  ]
}

const ownerText = (owner: Owner) =>
  owner.kind === 'process' ? `${owner.process}, pid ${owner.pid}, of ${owner.user}` : owner.kind

function groupItems(store: MonitorStore): readonly Item[] | undefined {
  const row = store.groups.selected
  if (!row) return undefined
  const { hostState } = row
  const filter = askedWithin(undefined, row.scopes()).where
  return [
    { heading: `${row.one} ${crumbOf(row.names)}` },
    ...(hostState ? hostItems(hostState) : []),
    ...(isUnheard(row) ? [] : knownItems(store, row)),
    ...(filter ? [{ heading: 'Elsewhere' }, ['filter', formatFilter(filter)] as const] : []),
  ]
}

function hostItems({ state, why, clock, version, source, lost, mark }: HostOfMany): Item[] {
  const error = clock && `, give or take ${Math.ceil(clock.error)} ms`
  const offset = isOff(clock)
    ? `${clockText(clock)} against ours${error}; its times are put back`
    : clock && `as ours${error}`
  const known: readonly (readonly [string, string | undefined])[] = [
    ['state', [state, why].filter(Boolean).join(': ')],
    ['marked', mark?.name],
    ['clock', offset],
    ['e2etop', version],
    ['source', source],
    ['lost', lost === undefined ? undefined : `${formatExact(lost)} records and events`],
  ]
  return known.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]]))
}

function knownItems(store: MonitorStore, row: GroupRow): readonly Item[] {
  const { totals } = row
  const { unit } = store
  return [
    ['flows', `${formatExact(totals.openFlows)} open of ${formatExact(totals.flows)}`],
    ['share', `${(100 * row.share).toFixed(1)} % of all bytes in this table`],
    { heading: 'Traffic' },
    ['sent', trafficText(totals.txBytes, totals.txPackets, rateText(row.txRate, unit))],
    ['received', trafficText(totals.rxBytes, totals.rxPackets, rateText(row.rxRate, unit))],
    ...membersOf(store, row),
  ]
}

/** Owners and largest remote hosts of the group's flows in the list. */
function membersOf(store: MonitorStore, row: GroupRow): readonly Item[] {
  const members = flowsOf(store, row)
  if (members.length === 0) return []
  const owners = topOf(members, ({ flow }) => ownerText(actorOf(flow)))
  const programs = topOf(members, ({ flow }) => vocabulary.exe(flow) ?? 'not known')
  const remotes = topOf(members, ({ flow }) => formatAddress(flow.remoteAddress))
  return [
    { heading: 'Of its flows in the list' },
    ...owners.map((text, i) => [i === 0 ? 'owners' : '', text] as const),
    ...programs.map((text, i) => [i === 0 ? 'programs' : '', text] as const),
    ...remotes.map((text, i) => [i === 0 ? 'remote hosts' : '', text] as const),
  ]
}

const topMost = 4

/** The values of most bytes, and how many others there are. */
function topOf(rows: readonly FlowRow[], valueOf: (row: FlowRow) => string): readonly string[] {
  const bytes = new Map<string, number>()
  for (const row of rows) {
    const value = valueOf(row)
    bytes.set(value, (bytes.get(value) ?? 0) + row.flow.txBytes + row.flow.rxBytes)
  }
  const ranked = [...bytes].toSorted((a, b) => b[1] - a[1])
  const others = ranked.length - topMost
  return [
    ...ranked.slice(0, topMost).map(([value, sum]) => `${value}  ${formatQuantity(sum)}B`),
    ...(others > 0 ? [`and ${others} others`] : []),
  ]
}
