import { r0, r1, r2, r3, r4, type Assembler, type Register } from '../assembler.ts'
import type { KernelLayout } from '../kernel-layout.ts'
import { identity, lossReasons, type LossReason } from '../records.ts'

/** Numbers of helper functions (include/uapi/linux/bpf.h). */
export const helper = {
  mapLookup: 1,
  mapUpdate: 2,
  nowNs: 5,
  pidTgid: 14,
  uidGid: 15,
  skbLoadBytes: 26,
  socketCookie: 46,
  currentCgroup: 80,
  fullSocket: 95,
  storageGet: 107,
  storageDelete: 108,
  readKernelString: 115,
  sequenceWrite: 127,
  ringReserve: 131,
  ringSubmit: 132,
  toTcpSocket: 137,
  currentTask: 158,
  /** To a tick (1 to 4 ms), at a fraction of the price: per packet it is the better clock. */
  coarseNowNs: 160,
  socketOfFile: 162,
} as const

/** Descriptors of the maps that programs use. */
export interface CaptureMaps {
  readonly storage: number
  readonly closed: number
  readonly events: number
  readonly losses: number
  readonly datagrams: number
  readonly otherPeers: number
}

/** What every program is made from. */
export interface ProgramContext {
  readonly layout: KernelLayout
  readonly maps: CaptureMaps
}

export const protocolTcp = 6
export const protocolUdp = 17
/** RFC 3828: ports and a header as long as those of UDP. */
export const protocolUdpLite = 136
export const tcpState = { established: 1, synSent: 2, synRecv: 3, closed: 7, listen: 10 } as const

/** `destination = storage of socket`, or a jump if there is none (or, creating, none can be made). */
export function storageOf(
  asm: Assembler,
  maps: CaptureMaps,
  socket: Register,
  how: { readonly create: boolean; readonly into: Register; readonly orElse: string },
): void {
  asm
    .map(r1, maps.storage)
    .mov(r2, socket)
    .mov(r3, 0)
    .mov(r4, how.create ? 1 : 0)
    .call(helper.storageGet)
    .jumpIf(r0, '==', 0, how.orElse)
    .mov(how.into, r0)
}

/** Adds `amount` to a loss; uses r1 and, for a plain number, r2. */
export function countLoss(
  asm: Assembler,
  maps: CaptureMaps,
  reason: LossReason,
  amount: Register | 1 = 1,
): void {
  asm.mapValue(r1, maps.losses, lossReasons.indexOf(reason) * 8)
  if (amount === 1) asm.mov(r2, 1).atomicAdd(r1, 0, r2)
  else asm.atomicAdd(r1, 0, amount)
}

/** Copies whole 8-byte words through r1. */
export function copyWords(
  asm: Assembler,
  from: readonly [Register, number],
  to: readonly [Register, number],
  bytes: number,
): void {
  for (let i = 0; i < bytes; i += 8)
    asm.load(8, r1, from[0], from[1] + i).store(8, to[0], to[1] + i, r1)
}

/**
 * Writes the identity of a task at `base + offset`: process, not thread, so start and comm are its leader's, as
 * /proc/PID shows them. `task` and `base` must be registers that calls keep. Uses r0 to r5.
 */
export function identifyTask(
  asm: Assembler,
  { task: at, ...layout }: KernelLayout,
  task: Register,
  [base, offset]: readonly [Register, number],
): void {
  asm
    .load(4, r1, task, at.tgid)
    .store(4, base, offset + identity.tgid, r1)
    .load(4, r1, task, at.flags)
    .store(4, base, offset + identity.flags, r1)
    .load(8, r1, task, at.parent)
    .load(4, r1, r1, at.tgid)
    .store(4, base, offset + identity.parent, r1)
    .load(8, r1, task, at.credentials)
    .load(4, r1, r1, layout.credentials.uid)
    .store(4, base, offset + identity.uid, r1)
    .load(8, r1, task, at.cgroups)
    .load(8, r1, r1, layout.cgroupSet.unified)
    .load(8, r1, r1, layout.cgroup.node)
    .load(8, r1, r1, layout.cgroupNode.id)
    .store(8, base, offset + identity.cgroup, r1)
    .load(8, r2, task, at.leader)
    .load(8, r1, r2, at.start)
    .store(8, base, offset + identity.start, r1)
  copyWords(asm, [r2, at.comm], [base, offset + identity.comm], 16)
}

/** Identity of the process that runs this program; `keep` is a register that may be overwritten. */
export function identifyCurrent(
  asm: Assembler,
  layout: KernelLayout,
  keep: Register,
  to: readonly [Register, number],
): void {
  asm.call(helper.currentTask).mov(keep, r0)
  identifyTask(asm, layout, keep, to)
}

/** `destination = inode of the socket's network namespace`. */
export function netnsOf(
  asm: Assembler,
  layout: KernelLayout,
  socket: Register,
  destination: Register,
): void {
  asm
    .load(8, destination, socket, layout.sock.net)
    .load(4, destination, destination, layout.net.inode)
}

/** Reserves a record in a ring: its address in r0, or a jump after counting the loss is the caller's. */
export function reserve(asm: Assembler, ring: number, bytes: number, orElse: string): void {
  asm.map(r1, ring).mov(r2, bytes).mov(r3, 0).call(helper.ringReserve).jumpIf(r0, '==', 0, orElse)
}

/** Hands a reserved record over. Nobody sleeps on the ring, so waking a reader would be an interrupt for nothing. */
export function submit(asm: Assembler, record: Register): void {
  asm.mov(r1, record).mov(r2, noWakeup).call(helper.ringSubmit)
}
const noWakeup = 1

/** Zeroes stack or record memory in words. */
export function zero(asm: Assembler, base: Register, offset: number, bytes: number): void {
  for (let i = 0; i < bytes; i += 8) asm.store(8, base, offset + i, 0)
}
