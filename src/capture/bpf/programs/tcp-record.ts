import { r0, r1, r2, type Assembler, type Register } from '../assembler.ts'
import type { KernelLayout } from '../kernel-layout.ts'
import { recordKind, storage, tcpRecord } from '../records.ts'
import { copyWords, helper, netnsOf, zero } from './emit.ts'

/** The registers a record is made from; all four are kept by calls. */
export interface TcpRegisters {
  /** `struct sock *` */
  readonly sock: Register
  /** The same as `struct tcp_sock *`. */
  readonly tcp: Register
  /** Its storage, there for certain. */
  readonly storage: Register
  /** Where the record goes: `tcpRecord.bytes` of the stack or of a ring. */
  readonly record: Register
}

const familyIpv6 = 10

/** Writes a `tcpRecord` of a socket. Uses r0 to r5. */
export function writeTcpRecord(asm: Assembler, layout: KernelLayout, at: TcpRegisters): void {
  const { sock, record } = at
  asm.mov(r1, sock).call(helper.socketCookie).store(8, record, tcpRecord.cookie, r0)
  asm.call(helper.nowNs).store(8, record, tcpRecord.now, r0)
  copyWords(asm, [at.storage, storage.since], [record, tcpRecord.since], 8)
  asm.load(4, r1, at.storage, storage.origin).store(1, record, tcpRecord.origin, r1)
  copyWords(asm, [at.storage, storage.owner], [record, tcpRecord.owner], 96)
  writeBytes(asm, layout, at)
  writeSegments(asm, layout, at)
  netnsOf(asm, layout, sock, r1)
  asm
    .store(4, record, tcpRecord.netns, r1)
    // Not skc_num: it is 0 again when the socket closes.
    .load(2, r1, at.tcp, layout.inetSock.localPort)
    .store(2, record, tcpRecord.localPort, r1)
    .load(2, r1, sock, layout.sock.remotePort)
    .store(2, record, tcpRecord.remotePort, r1)
    .load(1, r1, sock, layout.sock.state)
    .store(1, record, tcpRecord.state, r1)
  writeAddresses(asm, layout, at)
}

/**
 * Payload bytes since the baseline. bytes_sent includes retransmissions, and bytes_received counts the peer's
 * FIN as a byte once it has arrived (SOCK_DONE); without these two the totals are off.
 */
function writeBytes(asm: Assembler, { sock, tcpSock }: KernelLayout, at: TcpRegisters): void {
  asm
    .load(8, r1, at.tcp, tcpSock.bytesSent)
    .load(8, r2, at.tcp, tcpSock.bytesRetrans)
    .alu('sub', r1, r2)
    .load(8, r2, at.storage, storage.baselineTx)
    .alu('sub', r1, r2)
    .store(8, at.record, tcpRecord.tx, r1)
  loadReceived(asm, sock, tcpSock.bytesReceived, at)
  asm
    .load(8, r2, at.storage, storage.baselineRx)
    .alu('sub', r1, r2)
    .store(8, at.record, tcpRecord.rx, r1)
}

function loadReceived(
  asm: Assembler,
  sock: KernelLayout['sock'],
  bytesReceived: number,
  at: { readonly sock: Register; readonly tcp: Register },
): void {
  asm
    .load(8, r1, at.tcp, bytesReceived)
    .load(8, r2, at.sock, sock.flags)
    .alu('rsh', r2, sock.doneBit)
    .alu('and', r2, 1)
    .alu('sub', r1, r2)
}

function writeSegments(asm: Assembler, { tcpSock }: KernelLayout, at: TcpRegisters): void {
  const counters = [
    [tcpSock.segmentsOut, storage.baselineSegmentsOut, tcpRecord.segmentsOut],
    [tcpSock.segmentsIn, storage.baselineSegmentsIn, tcpRecord.segmentsIn],
    [tcpSock.retransmits, storage.baselineRetransmits, tcpRecord.retransmits],
  ] as const
  for (const [counter, baseline, to] of counters)
    asm
      .load(4, r1, at.tcp, counter)
      .load(4, r2, at.storage, baseline)
      .alu('sub', r1, r2)
      .store(4, at.record, to, r1)
  asm.load(4, r1, at.tcp, tcpSock.smoothedRtt).store(4, at.record, tcpRecord.smoothedRtt, r1)
}

function writeAddresses(asm: Assembler, { sock }: KernelLayout, at: TcpRegisters): void {
  const ipv6 = asm.freshLabel()
  const end = asm.freshLabel()
  zero(asm, at.record, tcpRecord.localAddress, 32)
  asm
    .store(4, at.record, tcpRecord.kind, recordKind.socket)
    .load(2, r1, at.sock, sock.family)
    .store(2, at.record, tcpRecord.family, r1)
    .jumpIf(r1, '==', familyIpv6, ipv6)
    .load(4, r1, at.sock, sock.localAddress4)
    .store(4, at.record, tcpRecord.localAddress, r1)
    .load(4, r1, at.sock, sock.remoteAddress4)
    .store(4, at.record, tcpRecord.remoteAddress, r1)
    .jump(end)
    .label(ipv6)
  copyWords(asm, [at.sock, sock.localAddress6], [at.record, tcpRecord.localAddress], 16)
  copyWords(asm, [at.sock, sock.remoteAddress6], [at.record, tcpRecord.remoteAddress], 16)
  asm.label(end)
}

/** Stores a connection's counters as its baseline, so that what is older than capture is not counted. */
export function storeBaseline(
  asm: Assembler,
  { sock, tcpSock }: KernelLayout,
  at: Omit<TcpRegisters, 'record'>,
): void {
  asm
    .load(8, r1, at.tcp, tcpSock.bytesSent)
    .load(8, r2, at.tcp, tcpSock.bytesRetrans)
    .alu('sub', r1, r2)
    .store(8, at.storage, storage.baselineTx, r1)
  loadReceived(asm, sock, tcpSock.bytesReceived, at)
  asm.store(8, at.storage, storage.baselineRx, r1)
  const counters = [
    [tcpSock.segmentsOut, storage.baselineSegmentsOut],
    [tcpSock.segmentsIn, storage.baselineSegmentsIn],
    [tcpSock.retransmits, storage.baselineRetransmits],
  ] as const
  for (const [counter, baseline] of counters)
    asm.load(4, r1, at.tcp, counter).store(4, at.storage, baseline, r1)
}
