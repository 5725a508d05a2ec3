import { hashBits, type HashedKey } from './key-hash.ts'

/**
 * HyperLogLog (Flajolet et al. 2007) of 2^12 registers of a byte each: how many different keys there were, from the
 * longest runs of zeros in their hashes. Registers of two sets merge by the larger.
 */
export type Registers = Uint8Array

const indexBits = 12
export const registerCount = 2 ** indexBits
/** Bits of a hash in which zeros are counted. */
const rankBits = hashBits - indexBits
/** A register of all zeros in every bit. */
export const rankMax = rankBits + 1

/** Standard error of the estimate as a part of it: 1.625 % in theory. */
export const standardError = 1.04 / Math.sqrt(registerCount)

export function addKeys(registers: Registers, keys: Iterable<HashedKey>): void {
  for (const key of keys) {
    const register = registerOf(key)
    const rank = rankOf(key)
    if (rank > registers[register]!) registers[register] = rank
  }
}

/** Which register a key may raise. */
export const registerOf = (key: HashedKey): number => Math.floor(key / 2 ** rankBits)

/** To what it raises it: one more than the zeros before the first one. */
export function rankOf(key: HashedKey): number {
  const bits = key % 2 ** rankBits
  const high = Math.floor(bits / 2 ** 32)
  const highBits = rankBits - 32
  return 1 + (high > 0 ? Math.clz32(high) - (32 - highBits) : highBits + Math.clz32(bits))
}

/**
 * Ertl's estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6): one formula
 * from a thousand keys to 2^48, where the original needs thresholds and bias tables.
 */
export function estimateOf(registers: Registers): number {
  const counts = new Uint32Array(rankMax + 1)
  for (const rank of registers) counts[rank]! += 1
  let z = registerCount * tau(1 - counts[rankMax]! / registerCount)
  for (let rank = rankBits; rank >= 1; rank--) z = (z + counts[rank]!) / 2
  z += registerCount * sigma(counts[0]! / registerCount)
  return registerCount ** 2 / (2 * Math.LN2 * z)
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
