import { bytesInMemory } from '../model/column-block.ts'
import { encodeFlows } from '../model/flow-block.ts'
import { openFlows, type FlowColumns } from '../model/flow-columns.ts'
import type { FlowRecord } from '../model/flow.ts'
import { limits } from '../model/limits.ts'
import { hostTime } from '../model/quantity.ts'
import { storedTimes } from '../model/stored-times.ts'

/**
 * Records as blocks of columns, as the log would hold them, so that an answer stays the same when they are written. By
 * way of the bytes of a block: a second way from records to columns would save some ms of the largest live tables.
 */
export function* flowsInMemory(flows: readonly FlowRecord[]): Generator<FlowColumns> {
  for (let at = 0; at < flows.length; at += limits.blockRowsMax) {
    const rows = flows.slice(at, at + limits.blockRowsMax).map((flow) => ({
      ...flow,
      start: hostTime(storedTimes.start(flow)),
      end: hostTime(storedTimes.end(flow)),
    }))
    const opened = openFlows(bytesInMemory(encodeFlows(rows)))
    if (!opened.ok) throw new Error(`a block just made is ${opened.damage}`)
    yield opened.columns
  }
}
