import { limits } from '../../model/limits.ts'
import type { PartialAnswer } from '../partial-answer.ts'
import { PartialGroups } from '../partial-groups.ts'
import type { Question } from '../question.ts'
import { registerCount, registersLeast } from './hyper-log-log.ts'
import type { MeasureState } from './measure-state.ts'
import { largerHalf } from './sent-part.ts'
import type { StateColumn } from './state-column.ts'

/**
 * The part of an answer to a first question that travels: its sketches, which may be kilobytes for each group, take some
 * `sketchBytesSent` in all. They are thinned alike as far as that needs, small ones last; groups for which not even the
 * thinnest have room stay in the rest. Whoever wants better numbers of some groups asks for these again.
 */
export function thinnedPart(question: Question, partial: PartialAnswer): PartialAnswer {
  const { measures, again } = question
  const isSketch = (column: StateColumn, i: number) =>
    column.kind === 'states' &&
    (measures[i]!.kind === 'distinct' || measures[i]!.kind === 'quantile')
  const columns = partial.groups.columns.states.filter(isSketch).length
  if (again || columns === 0) return partial
  const room = limits.sketchBytesSent / columns
  for (let sent = partial; ; sent = largerHalf(question, sent)) {
    const { states } = sent.groups.columns
    const rest = sent.rest.states
    const fitting = states.map((column, i) =>
      isSketch(column, i) ? fittingRegisters([...statesOf(column), rest[i]!], room) : Infinity,
    )
    if (fitting.includes(undefined) && sent.groups.length > 0) continue
    const at = (i: number) => fitting[i] ?? registersLeast
    return {
      ...sent,
      groups: new PartialGroups({
        ...sent.groups.columns,
        states: states.map((column, i) => thinnedColumn(column, at(i))),
      }),
      rest: { ...sent.rest, states: rest.map((state, i) => thinnedState(state, at(i))) },
    }
  }
}

const statesOf = (column: StateColumn): readonly MeasureState[] =>
  column.kind === 'states' ? column.states : []

/** The most registers of each with which all fit; Infinity: as they are; undefined: with none. */
function fittingRegisters(states: readonly MeasureState[], room: number): number | undefined {
  for (const registers of sizes) {
    let bytes = 0
    for (const state of states) bytes += bytesOf(state, registers)
    if (bytes <= room) return registers
  }
  return undefined
}

const sizes = [Infinity]
for (let registers = registerCount; registers >= registersLeast; registers /= 2)
  sizes.push(registers)

/** What deflate makes of them, nearly. */
const [keyBytes, registerBytes, bucketBytes, emptyBytes] = [8, 0.75, 2, 0.125]

/** How many keys, and buckets of a histogram, are as many bytes as so many registers. */
const keysOf = (registers: number) => Math.floor((registers * registerBytes) / keyBytes)
const bucketsOf = (registers: number) => Math.floor((registers * registerBytes) / bucketBytes)

function bytesOf(state: MeasureState, registers: number): number {
  switch (state.kind) {
    case 'distinct': {
      const of = state.values.state
      const isSketch = of.kind === 'sketch' || of.keys.length > keysOf(registers)
      return isSketch
        ? Math.min(registers, registerCount) * registerBytes
        : of.keys.length * keyBytes
    }
    case 'quantile': {
      const { counts } = state.values.buckets()
      const used = counts.reduce((sum, times) => sum + Number(times > 0), 0)
      const whole = used * bucketBytes + counts.length * emptyBytes
      return Math.min(whole, bucketsOf(registers) * bucketBytes)
    }
    default:
      return 0
  }
}

const thinnedColumn = (column: StateColumn, registers: number): StateColumn =>
  column.kind === 'totals' || registers === Infinity
    ? column
    : { kind: 'states', states: column.states.map((state) => thinnedState(state, registers)) }

function thinnedState(state: MeasureState, registers: number): MeasureState {
  if (registers === Infinity) return state
  switch (state.kind) {
    case 'distinct':
      return { kind: 'distinct', values: state.values.thinned(keysOf(registers), registers) }
    case 'quantile':
      return { kind: 'quantile', values: state.values.thinned(bucketsOf(registers)) }
    default:
      return state
  }
}

/** Whether a state says less than it would, had it not been thinned. */
export const isThin = (state: MeasureState): boolean =>
  (state.kind === 'distinct' && state.values.isThin) ||
  (state.kind === 'quantile' && state.values.halvings > 0)
