import { Assembler, r0, r1, r2, r6, r7, r8, r9 } from '../assembler.ts'
import { identity, origin, storage, tcpRecord } from '../records.ts'
import {
  countLoss,
  helper,
  identifyCurrent,
  protocolTcp,
  reserve,
  storageOf,
  submit,
  tcpState,
  type ProgramContext,
} from './emit.ts'
import { writeTcpRecord } from './tcp-record.ts'

/**
 * tp_btf/inet_sock_set_state(sk, oldstate, newstate): the life of every TCP socket. It takes the owner where a
 * process asks for a connection or listens, and writes the final record at TCP_CLOSE; tcp_destroy_sock would be
 * too late, because an SO_LINGER 0 close has zeroed counters and ports by then.
 */
export function tcpStateProgram(context: ProgramContext): Uint8Array {
  const asm = new Assembler()
  asm
    .load(8, r6, r1, 0)
    .load(4, r7, r1, 8)
    .load(4, r9, r1, 16)
    .load(2, r2, r6, context.layout.sock.protocol)
    .jumpIf(r2, '!=', protocolTcp, 'end')
    .jumpIf(r9, '==', tcpState.closed, 'closed')
    .jumpIf(r9, '==', tcpState.synSent, 'connect')
    .jumpIf(r9, '==', tcpState.synRecv, 'child')
    .jumpIf(r9, '!=', tcpState.listen, 'end')
  opened(asm, context, origin.listen)
  asm.label('connect')
  opened(asm, context, origin.connect)
  accepted(asm, context)
  closed(asm, context)
  asm.label('no storage')
  countLoss(asm, context.maps, 'owner-map-full')
  return asm.label('end').exit(0).build()
}

/**
 * The same events once more, for those that the first program was not run for. The kernel does not run a program
 * that is already running on the processor (bpf_prog.active), so while a connect() is in the first one, a softirq
 * that interrupts it can take the ends of hundreds of connections past it. It cannot be in both: whichever was
 * interrupted, the other one runs. What the first has done, this one finds done.
 */
export function tcpStateAgainProgram(context: ProgramContext): Uint8Array {
  const asm = new Assembler()
  asm
    .load(8, r6, r1, 0)
    .load(4, r7, r1, 8)
    .load(4, r9, r1, 16)
    .jumpIf(r9, '==', tcpState.closed, 'state')
    .jumpIf(r9, '!=', tcpState.synRecv, 'end')
    .label('state')
    .load(2, r2, r6, context.layout.sock.protocol)
    .jumpIf(r2, '!=', protocolTcp, 'end')
  // An end that was seen has left no storage, a child that was seen is no listener any more.
  storageOf(asm, context.maps, r6, { create: false, into: r8, orElse: 'end' })
  asm
    .jumpIf(r9, '==', tcpState.closed, 'closed')
    .load(4, r1, r8, storage.origin)
    .jumpIf(r1, '!=', origin.listen, 'end')
  accepted(asm, context)
  closed(asm, context)
  asm.label('no storage')
  countLoss(asm, context.maps, 'owner-map-full')
  return asm.label('end').exit(0).build()
}

/** In the context of the process that called connect() or listen(). */
function opened(asm: Assembler, { layout, maps }: ProgramContext, from: number): void {
  storageOf(asm, maps, r6, { create: true, into: r8, orElse: 'no storage' })
  asm
    .store(4, r8, storage.origin, from)
    .store(4, r8, storage.user + identity.tgid, 0)
    .call(helper.nowNs)
    .store(8, r8, storage.since, r0)
  identifyCurrent(asm, layout, r9, [r8, storage.owner])
  asm.jump('end')
}

/**
 * A child that inherited its listener's storage, in softirq: `current` is whoever was interrupted, so it must
 * not be asked. A simultaneous open comes here too, from SYN_SENT, and keeps what connect() stored.
 */
function accepted(asm: Assembler, { maps }: ProgramContext): void {
  asm.label('child').jumpIf(r7, '!=', tcpState.listen, 'end')
  storageOf(asm, maps, r6, { create: true, into: r8, orElse: 'no storage' })
  asm
    .store(4, r8, storage.origin, origin.accept)
    .store(4, r8, storage.user + identity.tgid, 0)
    .call(helper.nowNs)
    .store(8, r8, storage.since, r0)
    .jump('end')
}

function closed(asm: Assembler, { layout, maps }: ProgramContext): void {
  asm
    .label('closed')
    .jumpIf(r7, '==', tcpState.closed, 'end')
    .jumpIf(r7, '==', tcpState.listen, 'forget')
    .mov(r1, r6)
    .call(helper.toTcpSocket)
    .jumpIf(r0, '==', 0, 'end')
    .mov(r7, r0)
  // Created for an orphan that is older than capture: its record has origin `none` and is reported without bytes.
  storageOf(asm, maps, r6, { create: true, into: r8, orElse: 'no storage' })
  reserve(asm, maps.closed, tcpRecord.bytes, 'full')
  asm.mov(r9, r0)
  writeTcpRecord(asm, layout, { sock: r6, tcp: r7, storage: r8, record: r9 })
  // The new state is stored only after this tracepoint.
  asm.store(1, r9, tcpRecord.state, tcpState.closed)
  // Deleted before the record can be read: an iterator that starts after a drain cannot find this flow again.
  forget(asm, maps.storage)
  submit(asm, r9)
  asm.jump('end').label('full')
  countLoss(asm, maps, 'ring-full')
  asm.label('forget')
  forget(asm, maps.storage)
  asm.jump('end')
}

/** A reused socket starts afresh. */
function forget(asm: Assembler, storageMap: number): void {
  asm.map(r1, storageMap).mov(r2, r6).call(helper.storageDelete)
}
