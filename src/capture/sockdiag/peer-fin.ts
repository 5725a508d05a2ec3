import type { Direction } from '../../model/flow.ts'
import { tcpState, type DiagSocket } from './diag-message.ts'

/**
 * Whether the peer's FIN is among the received bytes, which the kernel counts as one more. Of a live socket its
 * state tells: the peer has closed in these.
 */
export function finCounted(state: number): boolean {
  return state === tcpState.closeWait || state === tcpState.lastAck || state === tcpState.closing
}

/** A full socket never shows FIN-WAIT-2 without counters: that is the short form the kernel keeps for orphans. */
export function isTimeWait(socket: DiagSocket | undefined): boolean {
  if (socket === undefined) return false
  return (
    socket.state === tcpState.timeWait ||
    (socket.state === tcpState.finWait2 && socket.counters === undefined)
  )
}

/**
 * Who opened a connection, from the acknowledged sequence numbers beyond its payload while its own FIN cannot be
 * among them: a client's SYN is counted, a server's is not. `unknown` where bytes are still on their way.
 */
export function directionOf(socket: DiagSocket): Direction {
  if (socket.state === tcpState.synSent) return 'outbound'
  if (socket.state !== tcpState.established && socket.state !== tcpState.closeWait) return 'unknown'
  const extra = socket.counters?.ackedExtra
  if (extra === undefined) return 'unknown'
  return extra === 0 ? 'inbound' : 'outbound'
}

/** What is known of a socket that the kernel says is destroyed. */
export interface SocketEnd {
  readonly socket: DiagSocket
  /** What has its address pair now. */
  readonly successor: DiagSocket | undefined
  readonly direction: Direction
  /** An earlier look showed a state of `finCounted`. */
  readonly finSeen: boolean
}

/** As `directionOf`; the own FIN may be acknowledged by now, which is certain where a TIME-WAIT took over. */
export function directionAtEnd({
  socket,
  successor,
}: Pick<SocketEnd, 'socket' | 'successor'>): Direction {
  const extra = socket.counters?.ackedExtra
  if (extra === 2) return 'outbound'
  if (extra === 0) return 'inbound'
  return extra === 1 && isTimeWait(successor) ? 'inbound' : 'unknown'
}

/**
 * Whether the peer's FIN is among the received bytes of a destroyed socket, whose state is always CLOSE. Four
 * cases, measured on Linux 6.18: (1) the program never read the FIN: counted, one sequence number stays unread;
 * (2) this end closed first and a TIME-WAIT took over before the FIN came: not counted; (3) the peer closed first:
 * counted, no TIME-WAIT here, the own FIN acknowledged; (4) reset: not counted, the own FIN not acknowledged.
 * One byte too many where a program shut down only its sending side, read the peer's end and then closed: the FIN
 * is counted, but what is left looks like (2).
 */
export function finCountedAtEnd(end: SocketEnd): boolean {
  if (end.finSeen || end.socket.unread === 1) return true
  if (isTimeWait(end.successor)) return false
  const extra = end.socket.counters?.ackedExtra
  if (extra === undefined) return false
  return end.direction === 'outbound' ? extra === 2 : extra >= 1
}
