import { fp, r0, r1, r2, r3, r4, type Assembler, type Register } from '../assembler.ts'
import { helper } from './emit.ts'

/** Extension headers (RFC 8200 4, RFC 4302) by their numbers. */
const hopByHop = 0
const routing = 43
const fragment = 44
const authentication = 51
const destinationOptions = 60

/** A chain that is longer is not walked: senders use one or two. */
const headersMax = 6

/**
 * Follows the chain of extension headers: `offset` moves to the upper protocol's header and `protocol` becomes
 * its number. Jumps to `unknown` where that header is not in this packet (a later fragment) or the chain is too
 * long. Unrolled, because older verifiers refuse loops.
 */
export function skipExtensions(
  asm: Assembler,
  at: {
    readonly packet: Register
    readonly offset: Register
    readonly protocol: Register
    /** Eight bytes of the stack. */
    readonly scratch: number
    readonly unknown: string
  },
): void {
  const done = asm.freshLabel()
  for (let i = 0; i < headersMax; i++) {
    const extension = asm.freshLabel()
    for (const number of [hopByHop, routing, destinationOptions, fragment, authentication])
      asm.jumpIf(at.protocol, '==', number, extension)
    asm.jump(done).label(extension)
    skipOne(asm, at)
  }
  asm.jump(at.unknown).label(done)
}

function skipOne(asm: Assembler, at: Parameters<typeof skipExtensions>[1]): void {
  const whole = asm.freshLabel()
  const words = asm.freshLabel()
  const next = asm.freshLabel()
  asm
    .mov(r1, at.packet)
    .mov(r2, at.offset)
    .address(r3, fp, at.scratch)
    .mov(r4, 8)
    .call(helper.skbLoadBytes)
    .jumpIf(r0, '!=', 0, at.unknown)
    .mov(r1, at.protocol)
    .load(1, at.protocol, fp, at.scratch)
    .jumpIf(r1, '==', authentication, words)
    .jumpIf(r1, '!=', fragment, whole)
    // Always 8 bytes; only the first fragment has the upper header.
    .alu('add', at.offset, 8)
    .load(2, r1, fp, at.scratch + 2)
    .alu('and', r1, 0xf8ff)
    .jumpIf(r1, '!=', 0, at.unknown)
    .jump(next)
    .label(whole)
    .load(1, r1, fp, at.scratch + 1)
    .alu('add', r1, 1)
    .alu('lsh', r1, 3)
    .alu('add', at.offset, r1)
    .jump(next)
    .label(words)
    .load(1, r1, fp, at.scratch + 1)
    .alu('add', r1, 2)
    .alu('lsh', r1, 2)
    .alu('add', at.offset, r1)
    .label(next)
}
