import { recordsAt } from '../../model/flow-block.ts'
import type { FlowColumns } from '../../model/flow-columns.ts'
import { flowFlag, type FlowRecord } from '../../model/flow.ts'
import { limits } from '../../model/limits.ts'
import { Best } from '../../query/best.ts'
import { columnFilter } from '../../query/run/column-filter.ts'
import { allRows } from '../../query/run/selection.ts'
import type { Query, Unlisted } from '../../query/session.ts'
import type { CaseWindow, Turn } from './case-window.ts'

export interface ListedFlows {
  readonly flows: readonly FlowRecord[]
  /** Whose each is. */
  readonly hosts: readonly string[]
  /** What the other flows have, of which there are too many to be listed. */
  readonly unlisted: Unlisted
}

type Asked = Pick<Query, 'where' | 'host'>

/**
 * The flows of a window that a query is about, at most `most`: those with the most bytes. Reads them twice, because which
 * they are is known after the last. @throws ExportError
 */
export async function listedFlows(
  window: CaseWindow,
  { where, host }: Asked,
  { most, turn }: { readonly most: number; readonly turn: Turn },
): Promise<ListedFlows> {
  const filter = where && columnFilter(where)
  const best = new Best<number>(most)
  const sums = new Sums()
  let piece = 0
  for await (const { run, columns } of window.flows(turn)) {
    if (host === undefined || run.hostName === host) {
      const all = allRows(columns.rows)
      const rows = filter ? filter.matching(columns, all) : all
      offer(best, columns, { rows, from: piece * limits.blockRowsMax })
      sums.add(columns, rows)
    }
    piece += 1
  }
  return readChosen(window, chosenRows(best.items()), { sums, turn })
}

function offer(
  best: Best<number>,
  columns: FlowColumns,
  { rows, from }: { readonly rows: Uint32Array; readonly from: number },
): void {
  const tx = columns.column('txBytes')
  const rx = columns.column('rxBytes')
  let { bar } = best
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const bytes = tx[row]! + rx[row]!
    if (!(bytes > bar)) continue
    best.offer(bytes, from + row)
    bar = best.bar
  }
}

/** Rows by the number of their piece. */
function chosenRows(places: readonly number[]): ReadonlyMap<number, Uint32Array> {
  const lists = new Map<number, number[]>()
  for (const place of places) {
    const piece = Math.floor(place / limits.blockRowsMax)
    const row = place % limits.blockRowsMax
    const known = lists.get(piece)
    if (known) known.push(row)
    else lists.set(piece, [row])
  }
  return new Map([...lists].map(([piece, rows]) => [piece, Uint32Array.from(rows).sort()]))
}

async function readChosen(
  window: CaseWindow,
  chosen: ReadonlyMap<number, Uint32Array>,
  { sums, turn }: { readonly sums: Sums; readonly turn: Turn },
): Promise<ListedFlows> {
  const flows: FlowRecord[] = []
  const hosts: string[] = []
  let piece = 0
  for await (const { run, columns } of window.flows(turn)) {
    const rows = chosen.get(piece)
    piece += 1
    if (!rows) continue
    sums.take(columns, rows)
    for (const flow of recordsAt(columns, rows)) {
      flows.push(flow)
      hosts.push(run.hostName)
    }
  }
  return { flows, hosts, unlisted: sums.left() }
}

/** Of all flows, then without those that are listed. */
class Sums {
  #flows = 0
  #tx = 0
  #rx = 0
  #loopback = 0

  add(columns: FlowColumns, rows: Uint32Array): void {
    this.#count(columns, rows, 1)
  }

  take(columns: FlowColumns, rows: Uint32Array): void {
    this.#count(columns, rows, -1)
  }

  left(): Unlisted {
    return {
      flows: this.#flows,
      txBytes: this.#tx,
      rxBytes: this.#rx,
      loopbackBytes: this.#loopback,
    }
  }

  /** A tunnel's own bytes are those of the flows inside; of what stays on its host the sender's side counts. */
  #count(columns: FlowColumns, rows: Uint32Array, sign: 1 | -1): void {
    const tx = columns.column('txBytes')
    const rx = columns.column('rxBytes')
    const flags = columns.column('flags')
    this.#flows += sign * rows.length
    for (const row of rows) {
      if (flags[row]! & flowFlag.carrier) continue
      if (flags[row]! & flowFlag.loopback) this.#loopback += sign * tx[row]!
      else {
        this.#tx += sign * tx[row]!
        this.#rx += sign * rx[row]!
      }
    }
  }
}
