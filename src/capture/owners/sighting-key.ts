import { randomInt } from 'node:crypto'
import type { ProcessSighting } from './process-sighting.ts'

/** Two hash lanes of 26 bits make a key that a double holds exactly. */
const laneBits = 26
const laneMask = 2 ** laneBits - 1

/** Differs with every run, so that nobody can choose process names that meet in one key. */
const seedA = randomInt(2 ** 32)
const seedB = randomInt(2 ** 32)

/**
 * A 52-bit key of pid, start, uid and comm for the lookup that every sample makes: about 0.1 us, where a key made
 * as a string takes three times that. Two processes may share a key, so the reader compares what it finds.
 */
export function sightingKey({ pid, startTicks, uid, comm }: ProcessSighting): number {
  let a = mix(mix(mix(seedA, pid), startTicks), uid)
  let b = mix(mix(mix(seedB, uid), pid), startTicks)
  for (let i = 0; i < comm.length; i++) {
    a = Math.imul(a ^ comm[i]!, 0x01000193)
    b = Math.imul(b ^ comm[i]!, 0x5bd1e995)
  }
  return (mix(a, 0) & laneMask) * 2 ** laneBits + (mix(b, 0) & laneMask)
}

/** One round of MurmurHash3's finaliser. */
function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
