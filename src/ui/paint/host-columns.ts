import type { HostOfMany } from '../../query/hosts-of-many.ts'
import type { GroupRow } from '../store/rows.ts'
import { clockText, isOff } from '../text/clock-text.ts'
import { formatQuantity } from '../text/units.ts'
import type { Column } from './columns.ts'

/** How one of many hosts is, and why where there is room. */
const state: Column<GroupRow> = {
  name: 'state',
  title: () => 'STATE',
  align: 'left',
  role: 'text',
  widthMin: 11,
  widthMax: 40,
  dropOrder: 0,
  text: ({ hostState }, width) => {
    if (!hostState) return '-'
    return width <= hostState.state.length + 2 ? hostState.state : stateText(hostState)
  },
}

/** What is known of each of many hosts. */
export const hostColumns: readonly Column<GroupRow>[] = [
  state,
  {
    name: 'clock',
    title: () => 'CLOCK',
    align: 'right',
    role: 'dim',
    widthMin: 8,
    widthMax: 8,
    dropOrder: 5,
    text: ({ hostState }) => clockText(hostState?.clock),
    roleOf: ({ hostState }) => (isOff(hostState?.clock) ? 'warning' : 'dim'),
  },
  {
    name: 'version',
    title: () => 'E2ETOP',
    align: 'left',
    role: 'dim',
    widthMin: 7,
    widthMax: 12,
    dropOrder: 7.5,
    text: ({ hostState }) => hostState?.version ?? '-',
  },
  {
    name: 'source',
    title: () => 'SOURCE',
    align: 'left',
    role: 'dim',
    widthMin: 8,
    widthMax: 8,
    dropOrder: 11,
    text: ({ hostState }) => hostState?.source ?? '-',
  },
  {
    name: 'lost',
    title: () => 'LOST',
    align: 'right',
    role: 'dim',
    widthMin: 5,
    widthMax: 6,
    dropOrder: 6.5,
    text: ({ hostState }) => (hostState?.lost === undefined ? '-' : formatQuantity(hostState.lost)),
    roleOf: ({ hostState }) => (hostState?.lost ? 'warning' : 'dim'),
  },
]

export function stateText({ state, why, clock }: HostOfMany): string {
  // A narrow terminal has no column for it.
  const text = why === '' && isOff(clock) ? `its clock is ${clockText(clock)} off` : why
  return text === '' ? state : `${state}: ${text}`
}

/** So much of why a host is silent is worth more than other columns, beside its name and rates. */
const reasonCells = 36
const nameAndRatesCells = 44

/** Beyond these the reason is in the line of the selected row. */
const reasonCellsMax = 64

/** The columns, the one of states as wide as why hosts are silent. */
export const withReasons = (
  columns: readonly Column<GroupRow>[],
  hosts: readonly HostOfMany[] | undefined = [],
  width: number,
): readonly Column<GroupRow>[] =>
  columns.map((column) => {
    if (column.name !== 'state') return column
    const longest = Math.max(column.widthMin, ...hosts.map((host) => stateText(host).length))
    return {
      ...column,
      widthMin: Math.max(
        column.widthMin,
        Math.min(reasonCells, longest, width - nameAndRatesCells),
      ),
      widthMax: Math.min(reasonCellsMax, longest),
    }
  })
