import { wireLimits } from '../../../model/wire-limits.ts'
import type { InterfaceView, OwnerView } from '../../../query/opacity.ts'
import { fitCells, truncateCells } from '../../text/cells.ts'
import { seenAs } from '../../text/opacity-words.ts'
import { formatQuantity } from '../../text/units.ts'
import type { Role } from '../../theme/theme.ts'
import type { PacketDrawing } from './packet-drawing.ts'

interface OwnerRow {
  readonly at: string
  readonly owner: OwnerView
}

interface OwnerColumn {
  readonly title: string
  readonly cells: number
  readonly align: 'left' | 'right'
  readonly role: Role
  /** Not on screens that are narrower. */
  readonly from: number
  readonly text: (row: OwnerRow) => string
}

const ownerColumns: readonly OwnerColumn[] = [
  {
    title: 'PROCESS',
    cells: 12,
    align: 'left',
    role: 'process',
    from: 0,
    text: ({ owner }) => owner.process,
  },
  {
    title: 'USER',
    cells: 9,
    align: 'left',
    role: 'user',
    from: 0,
    text: ({ owner }) => owner.user,
  },
  { title: 'INTERFACE', cells: 10, align: 'left', role: 'text', from: 60, text: ({ at }) => at },
  {
    title: 'PAYLOAD',
    cells: 7,
    align: 'right',
    role: 'text',
    from: 50,
    text: ({ owner }) => formatQuantity(owner.payload),
  },
  {
    title: 'WIRE B',
    cells: 7,
    align: 'right',
    role: 'text',
    from: 0,
    text: ({ owner }) => formatQuantity(owner.wireBytes),
  },
  {
    title: 'AGAIN',
    cells: 6,
    align: 'right',
    role: 'text',
    from: 76,
    text: ({ owner }) => formatQuantity(owner.retransmits),
  },
  {
    title: 'FLOWS',
    cells: 6,
    align: 'right',
    role: 'text',
    from: 90,
    text: ({ owner }) => formatQuantity(owner.flows),
  },
]

/** Processes and users behind the packets, most bytes on the wire first. */
export function ownerLines(
  interfaces: readonly InterfaceView[],
  { columns, paint }: PacketDrawing,
): readonly string[] {
  const rows = interfaces
    .flatMap(({ name, owners }) => owners.map((owner): OwnerRow => ({ at: name, owner })))
    .toSorted((a, b) => b.owner.wireBytes - a.owner.wireBytes)
  if (rows.length === 0) return [paint('dim', ' No packet has a known owner yet.')]
  const shown = ownerColumns.filter(({ from }) => columns >= from)
  const used = shown.reduce((sum, { cells }) => sum + cells + 1, 1)
  const rest = Math.max(0, columns - used - 1)
  const left = rows.length - wireLimits.opacityOwnersShown
  const heading = shown.map(({ title, cells, align }) => fitCells(title, cells, align)).join(' ')
  return [
    paint('columns', fitCells(` ${heading}  THE WIRE SEES`, columns, 'left')),
    ...rows.slice(0, wireLimits.opacityOwnersShown).map((row) => {
      const cells = shown.map(({ cells: width, align, role, text }) =>
        paint(role, fitCells(text(row), width, align)),
      )
      return ` ${cells.join(' ')}  ${fitCells(seenAs(row.owner), Math.max(0, rest - 1), 'left')}`
    }),
    ...(left > 0
      ? [
          paint(
            'dim',
            truncateCells(` and ${left} more: \`e2etop opacity --format json\``, columns),
          ),
        ]
      : []),
  ]
}
