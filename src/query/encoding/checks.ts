import { cleanText } from '../../model/clean-text.ts'
import { list, MalformedError, text, type Check } from '../../model/json-fields.ts'
import { limits } from '../../model/limits.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { GroupValue } from '../group-name.ts'
import type { GroupKeyValues } from '../keys-of-groups.ts'
import type { Question } from '../question.ts'

/** A zero that is not negative: what is sent on must be what came. */
export const plusZero = (value: number): number => value + 0

/** Finite, and of any sign: a clock may have been before 1970. */
export const time: Check<HostTime> = (value, where) => {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new MalformedError(`${where}: not a time`)
  return hostTime(plusZero(value))
}

export const wholeNumber =
  (least: number, most: number): Check<number> =>
  (value, where) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw new MalformedError(`${where}: not a whole number from ${least} to ${most}`)
    return plusZero(value)
  }

/** In JSON null where it is undefined. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, where) =>
    value === undefined || value === null ? undefined : check(value, where)

const cleaned = text((value) => cleanText(value, limits.pathLength))

export const groupValue: Check<GroupValue> = (value, where) => {
  if (value === null) return value
  if (typeof value === 'number' && Number.isFinite(value)) return plusZero(value)
  return cleaned(value, where)
}

/** Of a question: as many values as it has keys. */
export function groupKeyValues({ by }: Pick<Question, 'by'>): Check<GroupKeyValues> {
  const values = list(groupValue, by.length)
  return (value, where) => {
    const key = values(value, where)
    if (key.length !== by.length) throw new MalformedError(`${where}: not one value a key`)
    return key
  }
}

export const binBegin =
  (bin: number): Check<HostTime> =>
  (value, where) => {
    const begin = time(value, where)
    if (begin % bin !== 0) throw new MalformedError(`${where}: not the beginning of a bin`)
    return begin
  }
