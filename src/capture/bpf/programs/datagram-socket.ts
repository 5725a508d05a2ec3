import { Assembler, r0, r1, r2, r6, r8, r9 } from '../assembler.ts'
import { event, eventKind, origin, storage } from '../records.ts'
import {
  countLoss,
  helper,
  identifyCurrent,
  protocolTcp,
  reserve,
  storageOf,
  submit,
  type ProgramContext,
} from './emit.ts'

/** Offset of `protocol` in `struct bpf_sock`, the context of cgroup socket programs. */
const contextProtocol = 12
/** What these programs answer the kernel: it may go on. */
const allow = 1

/**
 * cgroup/sock_create: the owner of a socket that is not TCP, at socket() and so before any packet. Not run for
 * sockets of the kernel.
 */
export function socketCreateProgram({ layout, maps }: ProgramContext): Uint8Array {
  const asm = new Assembler()
  asm.mov(r6, r1).load(4, r2, r6, contextProtocol).jumpIf(r2, '==', protocolTcp, 'end')
  storageOf(asm, maps, r6, { create: true, into: r8, orElse: 'no storage' })
  asm.store(4, r8, storage.origin, origin.created).call(helper.nowNs)
  asm.store(8, r8, storage.since, r0)
  identifyCurrent(asm, layout, r9, [r8, storage.owner])
  // r9 is the task now; a socket belongs to the namespace its creator is in.
  asm
    .load(8, r1, r9, layout.task.namespaces)
    .load(8, r1, r1, layout.namespaces.net)
    .load(4, r1, r1, layout.net.inode)
    .store(4, r8, storage.netns, r1)
    .jump('end')
    .label('no storage')
  countLoss(asm, maps, 'owner-map-full')
  return asm.label('end').exit(allow).build()
}

/** cgroup/sock_release: news that a socket with datagram flows is gone, so that they need not wait to be idle. */
export function socketReleaseProgram({ maps }: ProgramContext): Uint8Array {
  const asm = new Assembler()
  asm.mov(r6, r1).load(4, r2, r6, contextProtocol).jumpIf(r2, '==', protocolTcp, 'end')
  storageOf(asm, maps, r6, { create: false, into: r8, orElse: 'end' })
  asm
    .load(4, r1, r8, storage.hasDatagrams)
    .jumpIf(r1, '==', 0, 'end')
    .mov(r1, r6)
    .call(helper.socketCookie)
    .mov(r9, r0)
  reserve(asm, maps.events, event.releaseBytes, 'full')
  asm
    .store(4, r0, event.kind, eventKind.release)
    .store(4, r0, event.tgid, 0)
    .store(8, r0, event.cookie, r9)
  submit(asm, r0)
  asm.jump('end').label('full')
  countLoss(asm, maps, 'event-ring-full')
  return asm.label('end').exit(allow).build()
}
