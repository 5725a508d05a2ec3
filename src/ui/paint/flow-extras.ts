import type { FlowRecord } from '../../model/flow.ts'
import { vocabulary } from '../../model/vocabulary.ts'
import type { FlowRow } from '../store/rows.ts'
import { formatMoment, formatQuantity } from '../text/units.ts'
import type { Column } from './columns.ts'

interface Extra {
  readonly name: string
  readonly title: string
  readonly align: 'left' | 'right'
  readonly widthMin: number
  readonly widthMax: number
  readonly of: (flow: FlowRecord) => string
}

const extras: readonly Extra[] = [
  number('retransmits', 'RETR', ({ retransmits }) => retransmits),
  { ...text('container', 'CONTAINER'), of: (flow) => vocabulary.container(flow) ?? '' },
  { ...text('exe', 'PROGRAM'), of: (flow) => vocabulary.exe(flow) ?? '' },
  { ...text('cgroup', 'CGROUP'), of: (flow) => vocabulary.cgroup(flow) ?? '' },
  {
    name: 'start',
    title: 'SINCE',
    align: 'left',
    widthMin: 20,
    widthMax: 20,
    of: ({ start }) => formatMoment(start),
  },
  number('tx_packets', 'TX PKT', ({ txPackets }) => txPackets),
  number('rx_packets', 'RX PKT', ({ rxPackets }) => rxPackets),
]

function number(name: string, title: string, of: (flow: FlowRecord) => number): Extra {
  const value = (flow: FlowRecord) => formatQuantity(of(flow))
  return { name, title, align: 'right', widthMin: 6, widthMax: 7, of: value }
}

function text(name: string, title: string): Omit<Extra, 'of'> {
  return { name, title, align: 'left', widthMin: 12, widthMax: 60 }
}

/** Columns that are there where values are shown in full, or are chosen. */
export const flowExtras: readonly Column<FlowRow>[] = extras.map(
  ({ title, of, ...column }, place) => ({
    ...column,
    title: () => title,
    role: 'dim',
    dropOrder: 20 + place,
    isExtra: true,
    text: ({ flow }) => of(flow),
  }),
)
