import { fp, r0, r1, r2, r3, r4, r6, r7, r8, r9, type Assembler } from '../assembler.ts'
import { datagramKey, datagramValue, socketKind, storage } from '../records.ts'
import { copyWords, countLoss, helper, netnsOf, zero, type ProgramContext } from './emit.ts'

/** The flow's key and, for a new flow, its value, on the stack. */
export const key = -datagramKey.bytes
const value = key - datagramValue.bytes

/** Offset of the socket in `struct __sk_buff`. */
const contextSock = 168
const noExist = 1

/** Zeroes what a packet may leave out of its key. */
export function keyTemplate(asm: Assembler): void {
  zero(asm, fp, key, datagramKey.bytes)
}

/**
 * Adds r7 bytes and r8 packets to the flow of the key at `key`, whose cookie is filled here. r6 is the context.
 * Full maps lose the peer first (a flow of the socket's other peers) and only then the count; both are counted.
 */
export function countDatagram(
  asm: Assembler,
  context: ProgramContext,
  direction: 'egress' | 'ingress',
): void {
  const { maps } = context
  asm
    .mov(r1, r6)
    .call(helper.socketCookie)
    .store(8, fp, key + datagramKey.cookie, r0)
  lookup(asm, maps.datagrams, 'add')
  newValue(asm, context, direction)
  insert(asm, maps.datagrams, 'add')
  countLoss(asm, maps, 'datagram-map-full')
  zero(asm, fp, key + datagramKey.localAddress, 32)
  asm.store(2, fp, key + datagramKey.remotePort, 0)
  lookup(asm, maps.otherPeers, 'add')
  insert(asm, maps.otherPeers, 'add')
  countLoss(asm, maps, 'datagram-lost', r8)
  countLoss(asm, maps, 'datagram-lost-bytes', r7)
  asm.jump('end').label('add')
  const [bytes, packets] =
    direction === 'egress'
      ? [datagramValue.tx, datagramValue.txPackets]
      : [datagramValue.rx, datagramValue.rxPackets]
  asm
    .atomicAdd(r0, bytes, r7)
    .atomicAdd(r0, packets, r8)
    .mov(r9, r0)
    .call(helper.coarseNowNs)
    .store(8, r9, datagramValue.last, r0)
}

/** r0 is the value of the key, or the jump is not taken. */
function lookup(asm: Assembler, map: number, found: string): void {
  asm.map(r1, map).address(r2, fp, key).call(helper.mapLookup).jumpIf(r0, '!=', 0, found)
}

/** Another processor may have been first: then its entry is found. */
function insert(asm: Assembler, map: number, found: string): void {
  asm
    .map(r1, map)
    .address(r2, fp, key)
    .address(r3, fp, value)
    .mov(r4, noExist)
    .call(helper.mapUpdate)
  lookup(asm, map, found)
}

/** The value of a new flow: no counts yet, and whose socket it is. */
function newValue(
  asm: Assembler,
  { layout, maps }: ProgramContext,
  direction: 'egress' | 'ingress',
): void {
  zero(asm, fp, value, datagramValue.bytes)
  asm
    .store(1, fp, value + datagramValue.outbound, direction === 'egress' ? 1 : 0)
    .call(helper.coarseNowNs)
    .store(8, fp, value + datagramValue.first, r0)
    .load(8, r1, r6, contextSock)
    .jumpIf(r1, '==', 0, 'made')
    .call(helper.fullSocket)
    .jumpIf(r0, '==', 0, 'made')
    .map(r1, maps.storage)
    .mov(r2, r0)
    .mov(r3, 0)
    .mov(r4, 0)
    .call(helper.storageGet)
    .jumpIf(r0, '==', 0, 'bare')
    .mov(r9, r0)
    .store(4, r9, storage.hasDatagrams, 1)
  copyWords(asm, [r9, storage.owner], [fp, value + datagramValue.owner], 48)
  asm
    .load(4, r1, r9, storage.netns)
    .store(4, fp, value + datagramValue.netns, r1)
    .load(4, r1, r9, storage.origin)
    .store(1, fp, value + datagramValue.origin, r1)
    .jump('made')
    .label('bare')
  bareSocket(asm, layout)
  asm.label('made')
}

/** A socket without storage: the kernel's own, or one older than capture that no process holds. */
function bareSocket(asm: Assembler, layout: ProgramContext['layout']): void {
  const { castToKernel } = layout.types
  if (castToKernel === undefined) return
  const { kernel } = layout.sock
  asm
    .mov(r1, r6)
    .callKernel(castToKernel)
    .load(8, r2, r0, layout.skBuff.sock)
    .jumpIf(r2, '==', 0, 'made')
  netnsOf(asm, layout, r2, r1)
  asm
    .store(4, fp, value + datagramValue.netns, r1)
    .store(1, fp, value + datagramValue.kind, socketKind.user)
    .load(1, r1, r2, kernel.offset)
    .alu('and', r1, kernel.mask)
    .jumpIf(r1, '==', 0, 'made')
    .store(1, fp, value + datagramValue.kind, socketKind.kernel)
}
