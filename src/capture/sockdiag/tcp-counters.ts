import { viewOf } from './netlink.ts'

/** Where the counters lie in struct tcp_info (linux/tcp.h), which has only ever grown at its end. */
const offset = {
  lastDataSent: 44,
  lastDataReceived: 52,
  lastAckReceived: 56,
  rtt: 68,
  totalRetrans: 100,
  bytesAcked: 120,
  bytesReceived: 128,
  segsOut: 136,
  segsIn: 140,
  bytesSent: 200,
  bytesRetrans: 208,
} as const
/** Up to tcpi_segs_in: Linux 4.2. Before that there are no byte counters. */
const countedLength = 144
/** Up to tcpi_bytes_retrans: Linux 4.19. */
const sentLength = 216

/** The kernel's own numbers of a TCP socket. */
export interface TcpCounters {
  /** Payload bytes that were sent at least once. */
  readonly txBytes: number
  /** In-order bytes from the peer; the peer's FIN is counted as one more. */
  readonly receivedWithFin: number
  /**
   * Sequence numbers that the peer acknowledged beyond `txBytes`: its own SYN where this end opened the connection,
   * and its own FIN. Undefined while sent bytes are not yet acknowledged, and where the kernel does not say.
   */
  readonly ackedExtra: number | undefined
  readonly txPackets: number
  readonly rxPackets: number
  readonly rttUs: number
  readonly retransmits: number
  /** ms since anything was sent or came in. */
  readonly quietMs: number
}

/**
 * Undefined where the kernel's tcp_info is too short to hold byte counters. Before Linux 4.19 there is no
 * `bytes_sent`: sent bytes are then those acknowledged, less the SYN and FIN among them (`ackedControl`).
 * `unacked`: bytes in the send queue, idiag_wqueue.
 */
export function decodeTcpInfo(
  info: Uint8Array,
  unacked: number,
  ackedControl: number,
): TcpCounters | undefined {
  if (info.length < countedLength) return undefined
  const view = viewOf(info)
  const u32 = (at: number) => view.getUint32(at, true)
  const u64 = (at: number) => Number(view.getBigUint64(at, true))
  const acked = u64(offset.bytesAcked)
  const knowsSent = info.length >= sentLength
  const txBytes = knowsSent
    ? u64(offset.bytesSent) - u64(offset.bytesRetrans)
    : Math.max(0, acked - ackedControl)
  const extra = acked - txBytes
  return {
    txBytes,
    receivedWithFin: u64(offset.bytesReceived),
    ackedExtra: knowsSent && unacked === 0 && extra >= 0 && extra <= 2 ? extra : undefined,
    txPackets: u32(offset.segsOut),
    rxPackets: u32(offset.segsIn),
    rttUs: u32(offset.rtt),
    retransmits: u32(offset.totalRetrans),
    quietMs: Math.min(
      u32(offset.lastDataSent),
      u32(offset.lastDataReceived),
      u32(offset.lastAckReceived),
    ),
  }
}
