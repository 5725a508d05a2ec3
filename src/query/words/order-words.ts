import { didYouMean } from '../../model/near-miss.ts'
import type { FlowRecord } from '../../model/flow.ts'
import type { ListedWord, WordRead } from './word-read.ts'

interface OrderSpec {
  /** What `of` reads, and nothing else: only these columns are loaded for it. */
  readonly reads: readonly (keyof FlowRecord)[]
  readonly of: (flow: FlowRecord) => number
  readonly help: string
}

/** By what records can be ordered, the largest first; parser, help and completion are made of this table. */
export const recordOrders = {
  end: { reads: ['end'], of: ({ end }) => end, help: 'time of the record' },
  start: { reads: ['start'], of: ({ start }) => start, help: 'where it begins' },
  duration: { reads: ['start', 'end'], of: ({ start, end }) => end - start, help: 'how long' },
  bytes: {
    reads: ['txBytes', 'rxBytes'],
    of: ({ txBytes, rxBytes }) => txBytes + rxBytes,
    help: 'both ways together',
  },
  tx: { reads: ['txBytes'], of: ({ txBytes }) => txBytes, help: 'bytes sent' },
  rx: { reads: ['rxBytes'], of: ({ rxBytes }) => rxBytes, help: 'bytes received' },
  packets: {
    reads: ['txPackets', 'rxPackets'],
    of: ({ txPackets, rxPackets }) => txPackets + rxPackets,
    help: 'both ways together',
  },
  rtt: { reads: ['rttUs'], of: ({ rttUs }) => rttUs, help: 'round trip of TCP' },
  retransmits: {
    reads: ['retransmits'],
    of: ({ retransmits }) => retransmits,
    help: 'segments sent again',
  },
} as const satisfies Record<string, OrderSpec>

export type RecordOrder = keyof typeof recordOrders
export const orderNames = Object.keys(recordOrders) as RecordOrder[]
export const orderSpec = (order: RecordOrder): OrderSpec => recordOrders[order]

export const orderWords: readonly ListedWord[] = orderNames.map((word) => ({
  word,
  help: recordOrders[word].help,
}))

export function readOrder(text: string): WordRead<RecordOrder> {
  const order = orderNames.find((one) => one === text)
  if (order) return { ok: true, value: order }
  const meant = didYouMean(text, orderNames)
  return { ok: false, why: `--sort is one of ${orderNames.join(', ')}, not '${text}'${meant}` }
}
