import { bytesInMemory } from '../../../src/model/column-block.ts'
import { encodeFlows } from '../../../src/model/flow-block.ts'
import { openFlows, type FlowColumns } from '../../../src/model/flow-columns.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'

export function columnsOf(records: readonly FlowRecord[], form: 'live' | 'stored'): FlowColumns {
  const opened = openFlows(bytesInMemory(encodeFlows(records, form)))
  if (!opened.ok) throw new Error(opened.damage)
  return opened.columns
}

/** The records in blocks that end after these many rows. */
export function blocksOf(
  records: readonly FlowRecord[],
  ends: readonly number[],
): readonly FlowColumns[] {
  const edges = [0, ...ends.map((end) => end % (records.length + 1)), records.length].toSorted(
    (a, b) => a - b,
  )
  return edges
    .slice(1)
    .map((to, i) => columnsOf(records.slice(edges[i], to), i % 2 === 0 ? 'stored' : 'live'))
}
