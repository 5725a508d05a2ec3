import type { FlowRecord } from '../model/flow.ts'
import type { Coverage } from '../query/session.ts'
import type { GroupTotals } from '../query/totals.ts'

/** What a view shows, in its order, for a file. */
export type ExportedRows =
  | {
      readonly kind: 'flows'
      readonly coverage: Coverage
      readonly flows: readonly FlowRecord[]
    }
  | {
      readonly kind: 'groups'
      readonly coverage: Coverage
      /** Names of the values of a group's key. */
      readonly by: readonly string[]
      readonly groups: readonly GroupTotals[]
    }
