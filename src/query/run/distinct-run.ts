import { limits } from '../../model/limits.ts'
import { Distinct } from '../aggregate/distinct.ts'
import { registerCount, registerOf, rankOf } from '../aggregate/hyper-log-log.ts'
import type { HashedKey } from '../aggregate/key-hash.ts'
import type { Dimension } from './dimension.ts'
import { statesOf, type MeasureRun } from './measure-run.ts'
import { PairSet } from './pair-set.ts'

/** Different values of a dimension, group by group: exact to the end, by numbers. */
export function distinctRun(dimension: Dimension): MeasureRun {
  const met = new PairSet()
  return {
    prepare(batch) {
      const { numbers } = dimension.numbersOf(batch)
      return (groups) => met.addAll(groups, numbers)
    },
    finish() {
      const members = met.members()
      const keys = new HashedValues(dimension, met.rightsEnd)
      return statesOf((group) => ({ kind: 'distinct', values: keys.distinct(members(group)) }))
    },
    bytes: () => met.bytes + dimension.bytes(),
  }
}

/** A set with more values than this is surely no exact one, however many share a hash. */
const surelySketched = 2 * limits.distinctKeysSent

/** What each value of a dimension is to a count: hashed once, though it is in many groups. */
class HashedValues {
  /** NaN: not known. */
  readonly #keys: Float64Array
  readonly #registers: Uint16Array
  /** 0: not known, and so no change to a register. */
  readonly #ranks: Uint8Array

  constructor(dimension: Dimension, count: number) {
    this.#keys = new Float64Array(count).fill(NaN)
    this.#registers = new Uint16Array(count)
    this.#ranks = new Uint8Array(count)
    for (let number = 0; number < count; number++) {
      const key = dimension.keyAt(number)
      if (key === undefined) continue
      this.#keys[number] = key
      this.#registers[number] = registerOf(key)
      this.#ranks[number] = rankOf(key)
    }
  }

  distinct(numbers: Uint32Array): Distinct {
    if (numbers.length <= surelySketched) return Distinct.of(this.#known(numbers))
    const registers = new Uint8Array(registerCount)
    for (let k = 0; k < numbers.length; k++) {
      const number = numbers[k]!
      const register = this.#registers[number]!
      if (this.#ranks[number]! > registers[register]!) registers[register] = this.#ranks[number]!
    }
    return Distinct.ofState({ kind: 'sketch', registers })
  }

  #known(numbers: Uint32Array): HashedKey[] {
    const keys: HashedKey[] = []
    for (const number of numbers) {
      const key = this.#keys[number]!
      if (!Number.isNaN(key)) keys.push(key as HashedKey)
    }
    return keys
  }
}
