import type { MeasureState } from '../../../src/query/aggregate/measure-state.ts'
import type { PartialAnswer } from '../../../src/query/partial-answer.ts'
import { nameId } from './name-id.ts'

/** All that an answer holds, of states too that keep it private, for comparing; groups of merged ones come in no order. */
export const plainPartial = ({ groups, rest, coverage }: PartialAnswer) => ({
  groups: [...groups]
    .map((group) => ({ ...group, states: group.states.map(plainState) }))
    .sort((a, b) => (nameId(a) < nameId(b) ? -1 : 1)),
  rest: { ...rest, states: rest.states.map(plainState) },
  coverage,
})

function plainState(state: MeasureState): unknown {
  switch (state.kind) {
    case 'distinct':
      return state.values.state
    case 'quantile':
      return [state.values.zeros, state.values.halvings, state.values.buckets()]
    default:
      return state
  }
}
