import { limits } from '../../model/limits.ts'
import {
  addKeys,
  estimateOf,
  folded,
  registerCount,
  standardErrorOf,
  type Registers,
} from './hyper-log-log.ts'
import type { HashedKey } from './key-hash.ts'

/** A count of different keys. */
export interface DistinctCount {
  readonly count: number
  /** Standard error in keys; 0 where the count is exact. Half of a normal 95 % interval is twice this. */
  readonly error: number
}

/** Keys in ascending order, none twice; or, of more keys than `exactMax`, what HyperLogLog keeps of them. */
export type DistinctState =
  | { readonly kind: 'keys'; readonly keys: Float64Array }
  | { readonly kind: 'sketch'; readonly registers: Registers }

/**
 * How many different keys there were: exact up to `exactMax` of them, an estimate beyond. The state follows from the set
 * of keys alone, so merging in any order, or twice, gives the same. Immutable. An unknown value is no key.
 */
export class Distinct {
  readonly exactMax: number
  readonly state: DistinctState
  /** Kept, because ranking asks again and again. */
  #estimate: number | undefined

  private constructor(exactMax: number, state: DistinctState) {
    this.exactMax = exactMax
    this.state = state
  }

  /** Of keys in any order, repeated or not; 8 bytes each while they are exact. */
  static of(keys: Iterable<HashedKey>, exactMax: number = limits.distinctKeysSent): Distinct {
    return Distinct.#ofSorted(withoutRepeats(Float64Array.from(keys).sort()), exactMax)
  }

  /** Of a state from outside; the codec has checked it. */
  static ofState(state: DistinctState): Distinct {
    return new Distinct(limits.distinctKeysSent, state)
  }

  static #ofSorted(keys: Float64Array, exactMax: number): Distinct {
    if (keys.length <= exactMax) return new Distinct(exactMax, { kind: 'keys', keys })
    const registers = new Uint8Array(registerCount)
    addKeys(registers, hashedKeys(keys))
    return new Distinct(exactMax, { kind: 'sketch', registers })
  }

  /** With the smaller of both `exactMax`. */
  merge(other: Distinct): Distinct {
    const exactMax = Math.min(this.exactMax, other.exactMax)
    const [mine, theirs] = [this.state, other.state]
    if (mine.kind === 'keys' && theirs.kind === 'keys') {
      if (theirs.keys.length === 0) return this.within(exactMax)
      if (mine.keys.length === 0) return other.within(exactMax)
      const keys = new Float64Array(mine.keys.length + theirs.keys.length)
      keys.set(mine.keys)
      keys.set(theirs.keys, mine.keys.length)
      return Distinct.#ofSorted(withoutRepeats(keys.sort()), exactMax)
    }
    // Of as few as the one that has fewer: how many follows from the parts, in whatever order they come.
    const [ours, others] = [registersOf(mine), registersOf(theirs)]
    const count = Math.min(ours.length, others.length)
    const registers = new Uint8Array(folded(ours, count))
    raise(registers, folded(others, count))
    return new Distinct(exactMax, { kind: 'sketch', registers })
  }

  /** The same set in less room: at most so many keys, or else a sketch of at most so many registers. */
  thinned(keysMax: number, registersMax: number): Distinct {
    if (this.state.kind === 'keys' && this.state.keys.length <= keysMax) return this
    const registers = folded(registersOf(this.state), registersMax)
    return new Distinct(this.exactMax, { kind: 'sketch', registers })
  }

  /** True where it says less than it would, had it not been thinned. */
  get isThin(): boolean {
    return this.state.kind === 'sketch' && this.state.registers.length < registerCount
  }

  /** The same set, exact up to so many keys only. */
  within(exactMax: number): Distinct {
    if (exactMax >= this.exactMax) return this
    if (this.state.kind === 'keys') return Distinct.#ofSorted(this.state.keys, exactMax)
    return new Distinct(exactMax, this.state)
  }

  count(): DistinctCount {
    if (this.state.kind === 'keys') return { count: this.state.keys.length, error: 0 }
    const { registers } = this.state
    this.#estimate ??= Math.round(estimateOf(registers))
    return { count: this.#estimate, error: this.#estimate * standardErrorOf(registers.length) }
  }
}

const hashedKeys = (keys: Float64Array) => keys as Iterable<number> as Iterable<HashedKey>

function registersOf(state: DistinctState): Registers {
  if (state.kind === 'sketch') return state.registers
  const registers = new Uint8Array(registerCount)
  addKeys(registers, hashedKeys(state.keys))
  return registers
}

function raise(registers: Registers, others: Registers): void {
  for (let i = 0; i < registers.length; i++)
    if (others[i]! > registers[i]!) registers[i] = others[i]!
}

/** In place; the result is a view of it where keys were repeated. */
function withoutRepeats(sorted: Float64Array): Float64Array {
  let kept = 0
  for (const key of sorted) if (kept === 0 || key !== sorted[kept - 1]) sorted[kept++] = key
  return kept === sorted.length ? sorted : sorted.slice(0, kept)
}
