import { accountParts, type ByteAccount, type Opacity } from '../../../query/opacity.ts'
import { fitCells, truncateCells } from '../../text/cells.ts'
import { accountWords } from '../../text/opacity-words.ts'
import { formatExact } from '../../text/units.ts'
import type { PacketDrawing } from './packet-drawing.ts'

const signCells = 2
/** `bytes the interface counted`, and where only one column fits, what it leaves. */
const nameCellsMax = 27
/** 99 999 999 999 and the space before it. */
const amountCellsMin = 14

interface AccountColumn {
  readonly name: string
  readonly account: ByteAccount
  readonly seen: number
  readonly counted: number
  readonly retransmits: number
}

interface AccountRow {
  readonly sign: '' | '+' | '='
  readonly name: string
  readonly isSum?: true
  readonly amount: (column: AccountColumn) => number
}

const partRow = (part: keyof ByteAccount): AccountRow => ({
  sign: part === 'payload' ? '' : '+',
  name: accountWords[part],
  amount: ({ account }) => account[part],
})

const rows: readonly AccountRow[] = [
  ...accountParts.filter((part) => part !== 'difference').map(partRow),
  { sign: '=', name: 'bytes on the wire', isSum: true, amount: ({ seen }) => seen },
  partRow('difference'),
  { sign: '=', name: 'bytes the interface counted', isSum: true, amount: ({ counted }) => counted },
  { sign: '', name: 'segments sent again', amount: ({ retransmits }) => retransmits },
]

/** Where the bytes went that each interface counted, to the byte: a column each, those that moved most first. */
export function accountLines(
  opacity: Opacity,
  { columns, paint }: PacketDrawing,
): readonly string[] {
  const all = columnsOf(opacity)
  const nameCells = Math.min(nameCellsMax, columns - 1 - signCells - amountCellsMin)
  const room = Math.max(1, Math.floor((columns - 1 - signCells - nameCells) / amountCellsMin))
  const shown = all.slice(0, room)
  const cells = (text: string) => fitCells(text, amountCellsMin, 'right')
  const left = all.length - shown.length
  const title = fitCells('WHERE THE BYTES WENT', signCells + nameCells, 'left')
  const heading = ` ${title}${shown.map(({ name }) => cells(` ${name}`)).join('')}`
  return [
    paint('columns', fitCells(heading, columns, 'left')),
    ...rows.map(({ sign, name, isSum, amount }) => {
      const text = ` ${sign.padEnd(signCells)}${fitCells(name, nameCells, 'left')}${shown.map((one) => cells(formatExact(amount(one)))).join('')}`
      return isSum ? paint('total', text) : text
    }),
    ...(left > 0
      ? [
          paint(
            'dim',
            truncateCells(` and ${left} more: \`e2etop opacity\` has room for all`, columns),
          ),
        ]
      : []),
  ]
}

function columnsOf({ host, interfaces }: Opacity): readonly AccountColumn[] {
  const each = interfaces
    .map(({ name, account, seen, counted, retransmits }) => ({
      name,
      account,
      seen: seen.wireBytes,
      counted: counted.wireBytes,
      retransmits,
    }))
    .toSorted((a, b) => b.counted - a.counted)
  if (host.outer.length < 2) return each
  const outer = each.filter(({ name }) => host.outer.includes(name))
  const whole = {
    name: 'host',
    account: host.account,
    seen: host.counted.wireBytes - host.account.difference,
    counted: host.counted.wireBytes,
    retransmits: outer.reduce((sum, { retransmits }) => sum + retransmits, 0),
  }
  return [whole, ...each]
}
