import { MalformedError, type Check } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import { Distinct } from '../aggregate/distinct.ts'
import { rankMaxOf, registerCount, registersLeast } from '../aggregate/hyper-log-log.ts'
import { hashBits } from '../aggregate/key-hash.ts'
import { bucketCount, halvingsMax, LogHistogram } from '../aggregate/log-histogram.ts'
import type { MeasureState } from '../aggregate/measure-state.ts'
import { stateKinds } from '../aggregate/merge-states.ts'
import type { Measure } from '../question.ts'
import { plusZero, wholeNumber } from './checks.ts'

/** A state as a value of JSON; which kind it is of follows from its measure. */
export function plainState(state: MeasureState): unknown {
  switch (state.kind) {
    case 'total':
      return state.value
    case 'least':
    case 'most':
      return state.value ?? null
    case 'mean':
      return [state.sum, state.count]
    case 'distinct':
      return plainDistinct(state.values)
    case 'quantile': {
      const { zeros, halvings } = state.values
      const { first, counts } = state.values.buckets()
      return [zeros, halvings, first, ...counts]
    }
  }
}

/** A text, told apart by its first character: keys as base64 of f64, registers as a character each. */
function plainDistinct({ state }: Distinct): string {
  if (state.kind === 'sketch') return `r${String.fromCharCode(...state.registers.map(shifted))}`
  const { buffer, byteOffset, byteLength } = state.keys
  return `k${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}`
}

/** Into printable ASCII, which deflate makes as small as the registers themselves, and base64 does not. */
const firstCharacter = 48
const shifted = (rank: number) => rank + firstCharacter

export function stateOf(measure: Measure): Check<MeasureState> {
  const kind = stateKinds[measure.kind]
  switch (kind) {
    case 'total':
      return (value, where) => ({ kind, value: amount(value, where) })
    case 'least':
    case 'most':
      return (value, where) => ({ kind, value: value === null ? undefined : amount(value, where) })
    case 'mean':
      return (value, where) => {
        const [sum, count] = pair(value, where)
        return { kind, sum: amount(sum, where), count: amount(count, where) }
      }
    case 'distinct':
      return (value, where) => ({ kind, values: distinct(value, where) })
    case 'quantile':
      return (value, where) => ({ kind, values: histogram(value, where) })
  }
}

/** Finite and not negative. */
export const amount: Check<number> = (value, where) => {
  if (typeof value !== 'number' || !(value >= 0 && value < Infinity))
    throw new MalformedError(`${where}: not an amount`)
  return plusZero(value)
}

function pair(value: unknown, where: string): readonly [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2) throw new MalformedError(`${where}: not a pair`)
  return [value[0], value[1]]
}

const distinct: Check<Distinct> = (value, where) => {
  if (typeof value !== 'string') throw new MalformedError(`${where}: not a text`)
  if (value.startsWith('r'))
    return Distinct.ofState({ kind: 'sketch', registers: registers(value, where) })
  if (!value.startsWith('k')) throw new MalformedError(`${where}: neither keys nor a sketch`)
  const bytes = Buffer.from(value.slice(1), 'base64')
  if (bytes.length % 8 !== 0 || bytes.length > 8 * limits.distinctKeysSent)
    throw new MalformedError(`${where}: not at most ${limits.distinctKeysSent} keys`)
  const keys = Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i))
  keys.forEach((key, i) => {
    wholeNumber(i === 0 ? 0 : keys[i - 1]! + 1, 2 ** hashBits - 1)(key, where)
  })
  return Distinct.ofState({ kind: 'keys', keys })
}

function registers(text: string, where: string): Uint8Array {
  const count = text.length - 1
  if (!Number.isInteger(Math.log2(count)) || count < registersLeast || count > registerCount)
    throw new MalformedError(`${where}: not ${registerCount} registers, nor fewer by halves`)
  const rank = wholeNumber(0, rankMaxOf(count))
  return Uint8Array.from({ length: count }, (_, i) =>
    rank(text.charCodeAt(i + 1) - firstCharacter, where),
  )
}

const histogram: Check<LogHistogram> = (value, where) => {
  if (!Array.isArray(value) || value.length < 3 || value.length > 3 + bucketCount)
    throw new MalformedError(`${where}: not a histogram`)
  const [zeros, halvings, first, ...counts] = value.map((one) =>
    wholeNumber(0, Number.MAX_SAFE_INTEGER)(one, where),
  )
  wholeNumber(0, halvingsMax)(halvings, where)
  const room = Math.ceil(bucketCount / 2 ** halvings!)
  if (first! + counts.length > room || counts[0] === 0 || counts.at(-1) === 0)
    throw new MalformedError(`${where}: not the buckets of a histogram`)
  const buckets = { first: first!, counts: Float64Array.from(counts) }
  return LogHistogram.of(zeros!, buckets, halvings)
}
