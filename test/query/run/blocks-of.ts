import { bytesInMemory } from '../../../src/model/column-block.ts'
import { encodeFlows } from '../../../src/model/flow-block.ts'
import { openFlows, type FlowColumns } from '../../../src/model/flow-columns.ts'
import { plainSpace, type BlockSpace } from '../../../src/model/kernels/room.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'

export function columnsOf(
  records: readonly FlowRecord[],
  form: 'live' | 'stored',
  space = plainSpace,
): FlowColumns {
  const opened = openFlows(bytesInMemory(encodeFlows(records, form)), space)
  if (!opened.ok) throw new Error(opened.damage)
  return opened.columns
}

/** The records in blocks that end after these many rows. */
export const blocksOf = (
  records: readonly FlowRecord[],
  ends: readonly number[],
): FlowColumns[] => [...blocksIn(() => plainSpace, records, ends)]

/** The same, each in the next space: to be done with before the one after it. */
export function* blocksIn(
  nextSpace: () => BlockSpace,
  records: readonly FlowRecord[],
  ends: readonly number[],
): Generator<FlowColumns> {
  const edges = [0, ...ends.map((end) => end % (records.length + 1)), records.length].toSorted(
    (a, b) => a - b,
  )
  for (const [i, to] of edges.slice(1).entries())
    yield columnsOf(records.slice(edges[i], to), i % 2 === 0 ? 'stored' : 'live', nextSpace())
}
