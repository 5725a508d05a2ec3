import type { WordSpec } from './word-spec.ts'

/** What was counted of a flow so far, or in the time that its record covers. */
export const counterWords = {
  bytes: {
    kind: 'number',
    unit: 'bytes',
    of: ({ txBytes, rxBytes }) => txBytes + rxBytes,
    help: 'payload bytes of both ways',
    example: 'bytes > 10M',
  },
  tx: {
    kind: 'number',
    unit: 'bytes',
    aliases: ['tx_bytes'],
    of: ({ txBytes }) => txBytes,
    help: 'payload bytes sent',
    example: 'tx >= 1.5Gi',
  },
  rx: {
    kind: 'number',
    unit: 'bytes',
    aliases: ['rx_bytes'],
    of: ({ rxBytes }) => rxBytes,
    help: 'payload bytes received',
    example: 'rx 0',
  },
  packets: {
    kind: 'number',
    unit: 'count',
    of: ({ txPackets, rxPackets }) => txPackets + rxPackets,
    help: 'packets of both ways',
    example: 'packets 1-3',
  },
  tx_packets: {
    kind: 'number',
    unit: 'count',
    of: ({ txPackets }) => txPackets,
    help: 'packets sent',
    example: 'tx_packets > 10k',
  },
  rx_packets: {
    kind: 'number',
    unit: 'count',
    of: ({ rxPackets }) => rxPackets,
    help: 'packets received',
    example: 'rx_packets 0',
  },
  rtt: {
    kind: 'number',
    unit: 'time',
    of: ({ rttUs }) => rttUs || undefined,
    help: 'round trip of TCP',
    example: 'rtt > 50ms',
  },
  rtt_us: {
    kind: 'number',
    unit: 'count',
    of: ({ rttUs }) => rttUs || undefined,
    help: 'the same in microseconds',
    example: 'rtt_us > 50000',
  },
  retransmits: {
    kind: 'number',
    unit: 'count',
    of: ({ retransmits }) => retransmits,
    help: 'TCP segments sent again',
    example: 'retransmits > 0',
  },
} as const satisfies Record<string, WordSpec>
