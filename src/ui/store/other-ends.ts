import type { FlowRecord } from '../../model/flow.ts'
import type { FlowRow } from './rows.ts'

/** Flows of many hosts by their other ends. */
export interface OtherEnds {
  /** The row at the other end of one's flow, if both are known and no address is translated between them. */
  readonly of: (row: FlowRow) => FlowRow | undefined
  /** Of one row at least it is known. */
  readonly hasAny: boolean
}

const known = new WeakMap<readonly FlowRow[], OtherEnds>()

/** Other ends among these rows; looked up once for rows that stay. */
export function otherEndsAmong(rows: readonly FlowRow[]): OtherEnds {
  const found = known.get(rows) ?? indexOf(rows)
  known.set(rows, found)
  return found
}

/** By both ports: making a text of each flow's ends would cost more than comparing the few that share them. */
function indexOf(rows: readonly FlowRow[]): OtherEnds {
  const byPorts = new Map<number, FlowRow[]>()
  for (const row of rows) {
    const key = portsKey(row.flow.localPort, row.flow.remotePort)
    const others = byPorts.get(key)
    if (others) others.push(row)
    else byPorts.set(key, [row])
  }
  const of = (row: FlowRow) => {
    const { flow } = row
    const ends = (byPorts.get(portsKey(flow.remotePort, flow.localPort)) ?? []).filter(
      (other) => other !== row && isOtherEnd(flow, other.flow),
    )
    // A port that is used again: who began at about the same time.
    const distance = (end: FlowRow) => Math.abs(end.flow.start - flow.start)
    return ends.toSorted((a, b) => distance(a) - distance(b))[0]
  }
  return { of, hasAny: rows.some((row) => of(row) !== undefined) }
}

const portsKey = (local: number, remote: number) => local * 0x1_0000 + remote

const isOtherEnd = (one: FlowRecord, other: FlowRecord): boolean =>
  one.protocol === other.protocol &&
  Buffer.compare(one.localAddress, other.remoteAddress) === 0 &&
  Buffer.compare(one.remoteAddress, other.localAddress) === 0
