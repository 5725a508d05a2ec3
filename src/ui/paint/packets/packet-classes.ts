import { trafficClasses, type TrafficClass } from '../../../model/wire-traffic.ts'
import type { ClassView, ClassViews, InterfaceView, Opacity } from '../../../query/opacity.ts'
import type { PacketView } from '../../store/packet-view.ts'
import { bar, formatShare } from '../../text/bars.ts'
import { fitCells } from '../../text/cells.ts'
import { classWords, kindWords } from '../../text/opacity-words.ts'
import { formatQuantity, formatRate, rateUnitLabel } from '../../text/units.ts'
import type { Role } from '../../theme/theme.ts'
import type { PacketDrawing } from './packet-drawing.ts'

/** Cells of a share, and of the columns of amounts with the space before each. */
const shareCells = 6
const amountCells = 8
const ownerCells = 7
/** `  encrypted (TLS, QUIC, SSH)`, where that leaves room for all else. */
const nameCells = 28
const barCellsMax = 20

interface Layout {
  readonly name: number
  /** Of each of the two bars; 0: there is no room for them. */
  readonly bar: number
  readonly hasPackets: boolean
  readonly hasRate: boolean
}

function layoutOf(columns: number): Layout {
  const hasPackets = columns >= 60
  const hasRate = columns >= 72
  const amounts = amountCells * (1 + Number(hasPackets) + Number(hasRate))
  const room = columns - 2 - amounts - shareCells - ownerCells
  const name = Math.min(nameCells, room)
  const each = Math.floor((room - name) / 2) - 1
  return { name, bar: Math.max(0, Math.min(barCellsMax, each)), hasPackets, hasRate }
}

/** A line of the table: some packets, as a part of others. */
interface Row {
  readonly name: string
  readonly role: Role
  readonly view: ClassView
  readonly share: number
  readonly rate: number | undefined
}

/** Packets by what can be read of them: of the host as a whole where `host` is given, then of each interface. */
export function classLines(
  host: Opacity | undefined,
  interfaces: readonly InterfaceView[],
  view: PacketView,
  drawing: PacketDrawing,
): readonly string[] {
  const layout = layoutOf(drawing.columns)
  const ofHost = host
    ? rowsOf(`host: ${host.host.outer.join(' + ')}`, host.host.classes, (name) =>
        view.rateOf((opacity) => opacity.host.classes[name].wireBytes),
      )
    : []
  const rows = interfaces.flatMap(({ name, kind, classes }) =>
    rowsOf(`${name} (${kindWords[kind]})`, classes, (one) =>
      view.rateOf(
        (opacity) =>
          opacity.interfaces.find((other) => other.name === name)?.classes[one].wireBytes,
      ),
    ),
  )
  return [
    headingLine(layout, drawing),
    ...[...ofHost, ...rows].map((row) => line(row, layout, drawing)),
  ]
}

function rowsOf(
  name: string,
  classes: ClassViews,
  rateOf: (name: TrafficClass) => number | undefined,
): readonly Row[] {
  const there = trafficClasses.filter((one) => classes[one].packets > 0)
  const sum = (of: (one: TrafficClass) => number) =>
    there.reduce((total, one) => total + of(one), 0)
  const rates = there.map(rateOf)
  const all: ClassView = {
    packets: sum((one) => classes[one].packets),
    wireBytes: sum((one) => classes[one].wireBytes),
    owned: {
      packets: sum((one) => classes[one].owned.packets),
      wireBytes: sum((one) => classes[one].owned.wireBytes),
    },
  }
  const rate = rates.some((one) => one === undefined)
    ? undefined
    : rates.reduce<number>((total, one) => total + (one ?? 0), 0)
  return [
    { name, role: 'crumb', view: all, share: all.packets > 0 ? 1 : 0, rate },
    ...there.map((one, i) => ({
      name: `  ${classWords[one]}`,
      role: 'text' as const,
      view: classes[one],
      share: classes[one].wireBytes / all.wireBytes,
      rate: rates[i],
    })),
  ]
}

function headingLine(layout: Layout, { columns, unit, paint }: PacketDrawing): string {
  const cells = [
    fitCells('PACKETS ARE', layout.name, 'left'),
    'WIRE B'.padStart(amountCells),
    ...(layout.hasPackets ? ['PACKETS'.padStart(amountCells)] : []),
    ...(layout.hasRate ? [rateUnitLabel[unit].padStart(amountCells)] : []),
    fitCells(' SHARE', shareCells + barWidth(layout), 'left'),
    fitCells(' OWNED', ownerCells + barWidth(layout), 'left'),
  ]
  return paint('columns', fitCells(` ${cells.join('')}`, columns, 'left'))
}

const barWidth = ({ bar: cells }: Layout) => (cells > 0 ? cells + 1 : 0)

function line(row: Row, layout: Layout, { unit, paint }: PacketDrawing): string {
  const { view, share } = row
  const known = view.wireBytes > 0 ? view.owned.wireBytes / view.wireBytes : undefined
  const withBar = (part: number, cells: number, role: Role) =>
    `  ${formatShare(part)}`.slice(-shareCells) +
    (layout.bar > 0 ? ` ${paint(role, fitCells(bar(part, layout.bar), layout.bar, 'left'))}` : '') +
    ' '.repeat(cells - shareCells)
  return [
    ' ',
    paint(row.role, fitCells(row.name, layout.name, 'left')),
    formatQuantity(view.wireBytes).padStart(amountCells),
    ...(layout.hasPackets ? [formatQuantity(view.packets).padStart(amountCells)] : []),
    ...(layout.hasRate ? [formatRate(row.rate, unit).padStart(amountCells)] : []),
    withBar(share, shareCells, 'spark'),
    known === undefined ? '' : withBar(known, ownerCells, 'total'),
  ].join('')
}
