import { Assembler, fp, r0, r1, r2, r3, r6, r7, r8, r9 } from '../assembler.ts'
import { identity, origin, recordKind, storage, tcpRecord } from '../records.ts'
import {
  countLoss,
  helper,
  identifyTask,
  netnsOf,
  protocolTcp,
  storageOf,
  tcpState,
  zero,
  type ProgramContext,
} from './emit.ts'
import { storeBaseline, writeTcpRecord } from './tcp-record.ts'

const familyIpv4 = 2
const familyIpv6 = 10
/** Major 10, minor 200 as the kernel packs them (MINORBITS 20). */
const tunDevice = (10 << 20) | 200

const sequence = -8
const snapshotBytes = 20
/** Taken before the record, so that whatever comes after it is a change for the next pass. */
const snapshot = sequence - 24
const record = snapshot - tcpRecord.bytes

/**
 * iter/task_file, once a second: sees every file that some process holds open, in all network namespaces. It
 * gives sockets without an owner theirs, writes a record of each connection that has changed since the last
 * pass, and finds who has /dev/net/tun open.
 *
 * iter/bpf_sk_storage_map would also see sockets whose process has let go of them, but some kernels refuse it
 * (6.18 locked down for integrity: EPERM); what those send appears when they close.
 */
export function socketPassProgram(context: ProgramContext): Uint8Array {
  const { layout, maps } = context
  const { iterator, sock } = layout
  const asm = new Assembler()
  asm
    .load(8, r7, r1, iterator.fileTask)
    .jumpIf(r7, '==', 0, 'end')
    .load(8, r6, r1, iterator.fileFile)
    .jumpIf(r6, '==', 0, 'end')
    .load(8, r1, r1, iterator.fileMeta)
    .load(8, r1, r1, iterator.sequence)
    .store(8, fp, sequence, r1)
    .mov(r1, r6)
    .call(helper.socketOfFile)
    .jumpIf(r0, '==', 0, 'no socket')
    .load(8, r6, r0, layout.socket.sock)
    .jumpIf(r6, '==', 0, 'end')
    .load(2, r1, r6, sock.family)
    .jumpIf(r1, '==', familyIpv4, 'internet')
    .jumpIf(r1, '!=', familyIpv6, 'end')
    .label('internet')
    .load(1, r9, r6, sock.state)
    .load(2, r1, r6, sock.protocol)
    .jumpIf(r1, '!=', protocolTcp, 'storage')
    // Neither connected nor listening: connect() or listen() will tell its owner.
    .jumpIf(r9, '==', tcpState.closed, 'end')
    .label('storage')
  storageOf(asm, maps, r6, { create: true, into: r8, orElse: 'no storage' })
  asm
    .load(4, r1, r8, storage.owner + identity.tgid)
    .jumpIf(r1, '==', 0, 'seed')
    .label('owned')
  writeChanged(asm, context)
  seed(asm, context)
  reportTunHolder(asm, context)
  asm.label('no storage')
  countLoss(asm, maps, 'owner-map-full')
  return asm.label('end').exit(0).build()
}

/** The record of a connection, unless nothing has happened to it. r6 socket, r8 storage, r9 state. */
function writeChanged(asm: Assembler, { layout }: ProgramContext): void {
  const { sock, tcpSock, inetSock } = layout
  asm
    .jumpIf(r9, '==', tcpState.listen, 'end')
    .load(2, r1, r6, sock.protocol)
    .jumpIf(r1, '!=', protocolTcp, 'end')
    .mov(r1, r6)
    .call(helper.toTcpSocket)
    .jumpIf(r0, '==', 0, 'end')
    .mov(r7, r0)
    // A connect() in progress has no port yet.
    .load(2, r1, r7, inetSock.localPort)
    .jumpIf(r1, '==', 0, 'end')
    .store(4, fp, snapshot + 16, r9)
  // Segments are counted before their bytes: a look between the two must not be the last, so both are compared.
  const { segmentsOut, segmentsIn, bytesSent, bytesReceived } = tcpSock
  const counters = [segmentsOut, segmentsIn, bytesSent, bytesReceived]
  counters.forEach((counter, i) => asm.load(4, r1, r7, counter).store(4, fp, snapshot + 4 * i, r1))
  for (let i = 0; i < snapshotBytes; i += 4)
    asm
      .load(4, r1, fp, snapshot + i)
      .load(4, r2, r8, storage.seen + i)
      .jumpIf(r1, '!=', r2, 'changed')
  asm.jump('end').label('changed').address(r9, fp, record)
  writeTcpRecord(asm, layout, { sock: r6, tcp: r7, storage: r8, record: r9 })
  writeOut(asm)
  // With its buffer full the kernel shows this socket again in the next read: it must still count as changed.
  asm.jumpIf(r0, '!=', 0, 'end')
  for (let i = 0; i < snapshotBytes; i += 4)
    asm.load(4, r1, fp, snapshot + i).store(4, r8, storage.seen + i, r1)
  asm.jump('end')
}

/**
 * A socket without an owner is older than capture: the first process found to hold it becomes its owner, and
 * its counters its baseline. r6 socket, r7 task, r8 storage, r9 state.
 */
function seed(asm: Assembler, { layout }: ProgramContext): void {
  asm.label('seed')
  identifyTask(asm, layout, r7, [r8, storage.owner])
  // The child of a listener that nobody had been found to hold: only its owner was missing.
  asm.load(4, r1, r8, storage.origin).jumpIf(r1, '!=', origin.none, 'owned')
  asm.call(helper.nowNs).store(8, r8, storage.since, r0)
  netnsOf(asm, layout, r6, r1)
  asm
    .store(4, r8, storage.netns, r1)
    .load(2, r1, r6, layout.sock.protocol)
    .jumpIf(r1, '!=', protocolTcp, 'seeded')
    .jumpIf(r9, '==', tcpState.listen, 'listener')
    .mov(r1, r6)
    .call(helper.toTcpSocket)
    .jumpIf(r0, '==', 0, 'end')
    .mov(r7, r0)
  storeBaseline(asm, layout, { sock: r6, tcp: r7, storage: r8 })
  asm
    .label('seeded')
    .store(4, r8, storage.origin, origin.seeded)
    .jump('end')
    .label('listener')
    .store(4, r8, storage.origin, origin.listen)
    .jump('end')
}

/** r6 file, r7 task. */
function reportTunHolder(asm: Assembler, { layout }: ProgramContext): void {
  asm
    .label('no socket')
    .load(8, r1, r6, layout.file.inode)
    .load(4, r1, r1, layout.inode.device)
    .jumpIf(r1, '!=', tunDevice, 'end')
  zero(asm, fp, record, tcpRecord.bytes)
  asm.store(4, fp, record + tcpRecord.kind, recordKind.tunHolder).address(r9, fp, record)
  identifyTask(asm, layout, r7, [r9, tcpRecord.owner])
  writeOut(asm)
  asm.jump('end')
}

/** r0 is 0 if the reader's buffer had room. */
function writeOut(asm: Assembler): void {
  asm
    .load(8, r1, fp, sequence)
    .address(r2, fp, record)
    .mov(r3, tcpRecord.bytes)
    .call(helper.sequenceWrite)
}
