import { flowPredicate } from '../../query/filter/flow-predicate.ts'
import { askedWithin } from './navigation.ts'
import type { FlowRow, GroupRow } from './rows.ts'
import type { Heard } from './answers.ts'

/** Flows of a group that are in the list; none where nothing tells them from others. */
export function flowsOf({ shown }: { readonly shown: Heard }, row: GroupRow): readonly FlowRow[] {
  const scopes = row.scopes()
  if (scopes.length === 0) return []
  const asked = askedWithin(undefined, scopes)
  const matches = asked.where ? flowPredicate(asked.where) : () => true
  return shown.flows.filter(
    ({ flow, host }) => (asked.host === undefined || host === asked.host) && matches(flow),
  )
}
