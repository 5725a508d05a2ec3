import type { HostOfMany } from '../../query/hosts-of-many.ts'
import type { GroupRow } from '../store/rows.ts'
import { clockText, isOff } from '../text/clock-text.ts'
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
    dropOrder: 10,
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
]

function stateText({ state, why, clock }: HostOfMany): string {
  // A narrow terminal has no column for it.
  const text = why === '' && isOff(clock) ? `its clock is ${clockText(clock)} off` : why
  return text === '' ? state : `${state}: ${text}`
}

/** So much of why a host is silent is worth more than other columns. */
const reasonCells = 36

/** The columns, the one of states wide enough for why a host is silent. */
export const withReasons = (
  columns: readonly Column<GroupRow>[],
  hosts: readonly HostOfMany[] | undefined = [],
): readonly Column<GroupRow>[] =>
  columns.map((column) => {
    if (column.name !== 'state') return column
    const longest = Math.max(column.widthMin, ...hosts.map((host) => stateText(host).length))
    return { ...column, widthMin: Math.min(reasonCells, longest) }
  })
