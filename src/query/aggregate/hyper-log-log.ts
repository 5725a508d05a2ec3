import { hashBits, type HashedKey } from './key-hash.ts'

/**
 * HyperLogLog (Flajolet et al. 2007) of a byte a register: how many different keys there were, from the longest runs of
 * zeros in their hashes. Registers of two sets merge by the larger. A power of two of them: 2^12, or of a set that was
 * thinned to travel fewer.
 */
export type Registers = Uint8Array

const indexBits = 12
export const registerCount = 2 ** indexBits
/** No fewer: 13 % off. */
export const registersLeast = 64

/** Bits of a hash in which zeros are counted, where so many others say which register. */
const rankBitsOf = (registers: number) => hashBits - Math.log2(registers)
/** A register of all zeros in every bit. */
export const rankMaxOf = (registers: number): number => rankBitsOf(registers) + 1

/** Standard error of the estimate as a part of it: 1.625 % of 2^12 registers in theory. */
export const standardErrorOf = (registers: number): number => 1.04 / Math.sqrt(registers)

/** Into all `registerCount` registers. */
export function addKeys(registers: Registers, keys: Iterable<HashedKey>): void {
  for (const key of keys) {
    const register = registerOf(key)
    const rank = rankOf(key)
    if (rank > registers[register]!) registers[register] = rank
  }
}

const rankBits = rankBitsOf(registerCount)

/** Which of `registerCount` registers a key may raise. */
export const registerOf = (key: HashedKey): number => Math.floor(key / 2 ** rankBits)

/** To what it raises it: one more than the zeros before the first one. */
export function rankOf(key: HashedKey): number {
  const bits = key % 2 ** rankBits
  const high = Math.floor(bits / 2 ** 32)
  const highBits = rankBits - 32
  return 1 + (high > 0 ? Math.clz32(high) - (32 - highBits) : highBits + Math.clz32(bits))
}

/** What the same keys make of at most `count` registers. */
export function folded(registers: Registers, count: number): Registers {
  if (registers.length <= count) return registers
  const fewer = new Uint8Array(count)
  /** They say no longer which register, so zeros are counted in them. */
  const bits = Math.log2(registers.length / count)
  for (let i = 0; i < registers.length; i++) {
    if (registers[i] === 0) continue
    const low = i & (2 ** bits - 1)
    const rank = low === 0 ? bits + registers[i]! : Math.clz32(low) - (32 - bits) + 1
    const register = i >> bits
    if (rank > fewer[register]!) fewer[register] = rank
  }
  return fewer
}

/**
 * Ertl's estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6): one formula
 * from a thousand keys to 2^48, where the original needs thresholds and bias tables.
 */
export function estimateOf(registers: Registers): number {
  const count = registers.length
  const rankMax = rankMaxOf(count)
  const counts = new Uint32Array(rankMax + 1)
  for (const rank of registers) counts[rank]! += 1
  let z = count * tau(1 - counts[rankMax]! / count)
  for (let rank = rankMax - 1; rank >= 1; rank--) z = (z + counts[rank]!) / 2
  z += count * sigma(counts[0]! / count)
  return count ** 2 / (2 * Math.LN2 * z)
}

/** Of the registers that no key has met. */
function sigma(share: number): number {
  if (share === 1) return Infinity
  let sum = share
  for (let x = share ** 2, weight = 1; ; x **= 2, weight *= 2) {
    const next = sum + x * weight
    if (next === sum) return sum
    sum = next
  }
}

/** Of the registers that can grow no more. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0
  let sum = 1 - share
  for (let x = Math.sqrt(share), weight = 0.5; ; x = Math.sqrt(x), weight /= 2) {
    const next = sum - (1 - x) ** 2 * weight
    if (next === sum) return sum / 3
    sum = next
  }
}
