import type { LogBlock } from '../log/scan-blocks.ts'
import { recordsAt } from '../model/flow-block.ts'
import type { FlowColumns } from '../model/flow-columns.ts'
import type { FlowRecord } from '../model/flow.ts'
import type { RecordedBy, RecordQuestion } from '../query/asking.ts'
import { Best } from '../query/best.ts'
import { flowProbe, loader } from '../query/run/flow-probe.ts'
import type { FlowsGiven } from '../query/run/question-run.ts'
import { allRows, type Selection } from '../query/run/selection.ts'
import { orderSpec } from '../query/words/order-words.ts'
import type { RecordRows, RecordTaker } from './record-taker.ts'
import { flowsInMemory } from './flows-in-memory.ts'
import { RecordChoice } from './record-choice.ts'

interface Held {
  readonly by: RecordedBy
  readonly record: FlowRecord
}

/**
 * The records of the largest values: holds so many and no more, makes records of those rows only that are above all that
 * it holds, and where it is the newest that are wanted, asks for no block that is older than them.
 */
export class BestRecords implements RecordTaker {
  readonly groups = 0
  readonly memory = 0
  readonly #choice: RecordChoice
  readonly #wanted: NonNullable<RecordQuestion['best']>
  readonly #best: Best<Held>
  #found: readonly FlowRecord[] = []

  constructor(question: RecordQuestion, wanted: NonNullable<RecordQuestion['best']>) {
    this.#choice = new RecordChoice(question)
    this.#wanted = wanted
    this.#best = new Best(wanted.most)
  }

  newest({ to }: LogBlock): boolean {
    return this.#wanted.by !== 'end' || to > this.#best.bar
  }

  add({ columns, rows }: FlowsGiven): void {
    const chosen = this.#bestOf(columns, this.#choice.rows(columns, rows))
    this.#found = chosen.length > 0 ? recordsAt(columns, chosen) : []
  }

  #bestOf(columns: FlowColumns, among: Selection): Selection {
    const { reads, of } = orderSpec(this.#wanted.by)
    const probe = flowProbe()
    const loaders = reads.map((name) => loader(probe, name, columns))
    const best = new Best<number>(this.#wanted.most)
    const { bar } = this.#best
    for (const row of among) {
      for (const load of loaders) load(row)
      const rank = of(probe)
      if (rank > bar) best.offer(rank, row)
    }
    return Uint32Array.from(best.items()).sort()
  }

  taken(by: RecordedBy): readonly RecordRows[] {
    this.#offer(by, this.#found)
    this.#found = []
    return []
  }

  addLive(by: RecordedBy, records: readonly FlowRecord[]): void {
    this.#offer(
      by,
      records.filter((record) => hasMoved(record) && this.#choice.wants(record)),
    )
  }

  #offer(by: RecordedBy, records: readonly FlowRecord[]): void {
    const { of } = orderSpec(this.#wanted.by)
    for (const record of records) {
      const rank = of(record)
      if (rank > this.#best.bar) this.#best.offer(rank, { by, record: ofItsOwn(record) })
    }
  }

  *rest(): Generator<RecordRows> {
    const runs = new Map<RecordedBy, FlowRecord[]>()
    for (const { by, record } of this.#best.items()) {
      const known = runs.get(by)
      if (known) known.push(record)
      else runs.set(by, [record])
    }
    for (const [by, records] of runs)
      for (const columns of flowsInMemory(records))
        yield { by, columns, rows: allRows(columns.rows) }
  }
}

/** An open flow that was silent since its last record would be among the latest all the time. */
const hasMoved = ({ endReason, txBytes, rxBytes, txPackets, rxPackets }: FlowRecord) =>
  endReason !== 'open' || txBytes + rxBytes + txPackets + rxPackets > 0

/** Addresses are views of their block, all of whose addresses would be held. */
const ofItsOwn = (record: FlowRecord): FlowRecord => ({
  ...record,
  localAddress: record.localAddress.slice(),
  remoteAddress: record.remoteAddress.slice(),
})
