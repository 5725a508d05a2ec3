import type { NumberColumnName } from '../../model/flow-columns.ts'
import type { Counter } from '../question.ts'

/** The columns of which a counter is the sum. */
export const counterColumns: Record<Counter, readonly NumberColumnName[]> = {
  tx_bytes: ['txBytes'],
  rx_bytes: ['rxBytes'],
  bytes: ['txBytes', 'rxBytes'],
  tx_packets: ['txPackets'],
  rx_packets: ['rxPackets'],
  packets: ['txPackets', 'rxPackets'],
  retransmits: ['retransmits'],
}
