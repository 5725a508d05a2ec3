import { columnsOfFlows } from '../model/columns-of-flows.ts'
import type { FlowColumns } from '../model/flow-columns.ts'
import type { FlowRecord } from '../model/flow.ts'
import { hostTime } from '../model/quantity.ts'
import { storedTimes } from '../model/stored-times.ts'

/** Records as blocks of columns, as the log would hold them, so that an answer stays the same when they are written. */
export const flowsInMemory = (flows: readonly FlowRecord[]): Generator<FlowColumns> =>
  columnsOfFlows(
    flows.map((flow) => ({
      ...flow,
      start: hostTime(storedTimes.start(flow)),
      end: hostTime(storedTimes.end(flow)),
    })),
  )
