import type { GroupName, GroupValue } from '../group-name.ts'
import type { PartialGroup } from '../partial-answer.ts'
import type { Measure } from '../question.ts'
import type { MeasureState } from './measure-state.ts'

/** By what groups are ranked: the number of a state, 0 of nothing. */
export function rankValue(measure: Measure, state: MeasureState): number {
  switch (state.kind) {
    case 'total':
      return state.value
    case 'least':
    case 'most':
      return state.value ?? 0
    case 'mean':
      return state.count > 0 ? state.sum / state.count : 0
    case 'distinct':
      return state.values.count().count
    case 'quantile':
      return (
        (measure.kind === 'quantile' ? state.values.quantile(measure.at)?.high : undefined) ?? 0
      )
  }
}

/** By the first measure, largest first; equal ones by their names, so that the order follows from the groups alone. */
export function ranked(groups: readonly PartialGroup[], measure: Measure): readonly PartialGroup[] {
  // Once a group, because that of a sketch is 4,096 registers' work.
  const ranks = Float64Array.from(groups, ({ states }) => rankValue(measure, states[0]!))
  const compare = (a: number, b: number) =>
    ranks[b]! - ranks[a]! || compareNames(groups[a]!, groups[b]!)
  const order = Uint32Array.from(groups, (_, i) => i)
  // Answers are sent in order, so most are already.
  if (order.every((i) => i === 0 || compare(i - 1, i) <= 0)) return groups
  return Array.from(order.sort(compare), (i) => groups[i]!)
}

export function compareNames(a: GroupName, b: GroupName): number {
  for (let i = 0; i < a.key.length; i++) {
    const order = compareValues(a.key[i]!, b.key[i]!)
    if (order !== 0) return order
  }
  return (a.bin ?? 0) - (b.bin ?? 0)
}

/** Unknown first, then numbers, then texts by their code units: of no locale, so alike on every host. */
function compareValues(a: GroupValue, b: GroupValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return kindOrder(a) - kindOrder(b)
}

const kindOrder = (value: GroupValue) => (value === null ? 0 : typeof value === 'number' ? 1 : 2)

/**
 * Equal for equal names, and for no others: NUL cannot occur in cleaned text. In a third of the time of JSON, which counts
 * where a console merges a thousand groups of each of a hundred hosts.
 */
export function nameId({ key, bin }: GroupName): string {
  let id = bin === undefined ? '' : `${bin}`
  for (const value of key) {
    if (typeof value === 'string') id += `\0'${value}`
    else id += value === null ? '\0' : `\0${value}`
  }
  return id
}
