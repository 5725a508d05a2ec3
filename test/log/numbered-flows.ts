import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { recordOf } from '../sim/record.ts'

/** Every field that varies follows from the id, so that a row can be checked by its id alone. */
export const numberedFlow = (id: number, end: number): FlowRecord =>
  recordOf({
    id,
    start: hostTime(end - (id % 50)),
    end: hostTime(end),
    remotePort: id % 65_536,
    txBytes: id * 1_000_003,
    rxBytes: id * 17,
    rttUs: (id * 7_919) % 1_000_000,
  })

export const numberedFlows = (from: number, count: number, end: number): FlowRecord[] =>
  Array.from({ length: count }, (_, i) => numberedFlow(from + i, end))

/** The row is one that was written, and not garbage that checks. */
export const isNumbered = (row: FlowRecord): boolean =>
  JSON.stringify(row) === JSON.stringify(numberedFlow(row.id, row.end))
