import { Assembler, r0, r1, r2, r6, r7, r8, r9 } from '../assembler.ts'
import { identity, storage } from '../records.ts'
import { helper, identifyCurrent, protocolTcp, storageOf, type ProgramContext } from './emit.ts'

const userTgid = storage.user + identity.tgid
const userUid = storage.user + identity.uid
const ownerTgid = storage.owner + identity.tgid
const ownerUid = storage.owner + identity.uid

/**
 * tp_btf/sock_send_length and sock_recv_length(sk, ret, flags), in the context of every call that moved bytes:
 * keeps who used a TCP socket last where that is not its owner (a prefork worker, a descriptor that was passed, a
 * child that changed its uid). These run for every call, so the usual case ends after one comparison.
 *
 * Two processors may write one user at once and mix two of its fields; the next call of either mends it.
 */
export function socketUserProgram({ layout, maps }: ProgramContext): Uint8Array {
  const asm = new Assembler()
  asm
    .load(4, r2, r1, 8)
    // An int in a 64-bit register: errors, the usual EAGAIN among them, are large here.
    .jumpIf(r2, '>', 0x7fff_ffff, 'end')
    .load(8, r6, r1, 0)
    .load(2, r2, r6, layout.sock.protocol)
    .jumpIf(r2, '!=', protocolTcp, 'end')
  storageOf(asm, maps, r6, { create: false, into: r8, orElse: 'end' })
  asm
    .call(helper.pidTgid)
    .mov(r7, r0)
    .alu('rsh', r7, 32)
    .call(helper.uidGid)
    .alu('lsh', r0, 32)
    .alu('rsh', r0, 32)
    .mov(r9, r0)
    .load(4, r1, r8, userTgid)
    .jumpIf(r1, '==', 0, 'no user')
    .jumpIf(r1, '!=', r7, 'changed')
    .load(4, r1, r8, userUid)
    .jumpIf(r1, '==', r9, 'end')
    .label('changed')
    .load(4, r1, r8, ownerTgid)
    .jumpIf(r1, '!=', r7, 'other')
    .load(4, r1, r8, ownerUid)
    .jumpIf(r1, '!=', r9, 'other')
    .store(4, r8, userTgid, 0)
    .jump('end')
    .label('no user')
    .load(4, r1, r8, ownerTgid)
    .jumpIf(r1, '==', 0, 'unowned')
    .jumpIf(r1, '!=', r7, 'other')
    .load(4, r1, r8, ownerUid)
    .jumpIf(r1, '==', r9, 'end')
    .label('other')
  identifyCurrent(asm, layout, r9, [r8, storage.user])
  // The child of a listener that nobody was found to hold: its first user is the best owner there is.
  asm.jump('end').label('unowned')
  identifyCurrent(asm, layout, r9, [r8, storage.owner])
  return asm.label('end').exit(0).build()
}
