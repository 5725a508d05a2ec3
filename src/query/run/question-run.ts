import { flowFlag } from '../../model/flow.ts'
import type { FlowColumns } from '../../model/flow-columns.ts'
import { runKernel } from '../../model/kernels/run-kernel.ts'
import { millis, type Millis } from '../../model/quantity.ts'
import { namesCarriers } from '../filter/filter.ts'
import { sentPart } from '../aggregate/sent-part.ts'
import type { HostCoverage, PartialAnswer } from '../partial-answer.ts'
import { PartialGroups } from '../partial-groups.ts'
import type { Question, SecondRound, TimeRange } from '../question.ts'
import { wholeRows, type Batch } from './batch.ts'
import { columnFilter, type ColumnFilter } from './column-filter.ts'
import { cutBatches } from './cut-batches.ts'
import { GroupKeys, hourMs } from './group-keys.ts'
import type { MeasureRun } from './measure-run.ts'
import { measureRun } from './measure-runs.ts'
import { allOfThem, withoutSmall, type GrownGroups, type LargeGroups } from './small-groups.ts'
import { marked, select, selectWithin, type Selection } from './selection.ts'

/** Flows of a block, and what is known of them besides. */
export interface FlowsGiven {
  readonly columns: FlowColumns
  /** Of the recorder: ids of flows are unique within one. */
  readonly run: number
  /** Only so many of its rows, from the first on. */
  readonly rows: number
  /** Earliest and latest end of its flows, where that is known. */
  readonly ends?: TimeRange
  /** Only those that ended in it. */
  readonly endedWithin?: TimeRange
}

/**
 * Answers a question on one host, block after block: of each the columns that it needs, until it is known that no row
 * matches. Flows of a run must come in the order of writing. Tunnel carriers are left out, as in `Totals`, because
 * their bytes are those of the inner flows; unless the filter names them.
 */
export class QuestionRun {
  readonly #question: Question
  readonly #filter: ColumnFilter | undefined
  readonly #withCarriers: boolean
  readonly #keys: GroupKeys
  readonly #measures: readonly MeasureRun[]

  constructor(question: Question, host: string) {
    this.#question = question
    this.#filter = question.where && columnFilter(question.where)
    this.#withCarriers = question.where !== undefined && namesCarriers(question.where)
    this.#keys = new GroupKeys(question, host)
    this.#measures = question.measures.map((measure) => measureRun(measure, host))
  }

  /** Groups so far. */
  get groups(): number {
    return this.#keys.count
  }

  /** Bytes of them and of their states; nearly. */
  get memory(): number {
    return this.#measures.reduce((sum, { bytes }) => sum + bytes(), this.#keys.bytes)
  }

  /** It has done with a block that was added. */
  spacesHeld(): readonly [] {
    return []
  }

  /** Nothing of the block is counted where it throws. @throws DamagedColumn */
  add(given: FlowsGiven): void {
    const { columns } = given
    const inRange = this.#inRange(given)
    const counted = this.#withCarriers ? inRange : withoutCarriers(columns, inRange)
    const rows = this.#filter ? this.#filter.matching(columns, counted) : counted
    if (rows.length === 0) return
    const whole = this.#prepare(wholeRows(columns, rows), given.run)
    const { booking, range } = this.#question
    if (booking === 'at end') return whole()
    // All columns are decoded by now, so no later batch can throw.
    for (const batch of cutBatches(columns, rows, { range, steps: this.#steps() }))
      this.#prepare(batch, given.run)()
  }

  /** The part of the answer that is to be sent; `again`: of which round. */
  answer(
    coverage: readonly HostCoverage[],
    again: SecondRound | undefined = this.#question.again,
  ): PartialAnswer {
    const { measures, groupsSent } = this.#question
    const large = again
      ? allOfThem(this.#grown(), measures)
      : withoutSmall(this.#grown(), measures, groupsSent)
    const { rest } = large
    const sending = { measures, groupsSent, bin: this.#question.bin, again }
    return sentPart(sending, { groups: this.#named(large), rest, coverage })
  }

  /** All groups with their states, in no order. */
  allGroups(): PartialGroups {
    return this.#named(allOfThem(this.#grown(), this.#question.measures))
  }

  #grown(): GrownGroups {
    return {
      numbers: this.#keys.groups(),
      states: this.#measures.map((measure) => measure.finish(this.#keys.end)),
    }
  }

  #named({ numbers, states }: LargeGroups): PartialGroups {
    return new PartialGroups({ ...this.#keys.namesOf(numbers), states, unsent: undefined })
  }

  #inRange({ columns, rows, ends, endedWithin }: FlowsGiven): Selection {
    const { booking, range } = this.#question
    const { allRows, scratch } = columns.space
    const all = allRows(Math.min(rows, columns.rows))
    if (booking === 'at end') {
      const from = Math.max(range.from, endedWithin?.from ?? -Infinity)
      const to = Math.min(range.to, endedWithin?.to ?? Infinity)
      if (ends && ends.from >= from && ends.to < to) return all
      return selectWithin(all, columns.column('end'), [from, to], scratch)
    }
    if (ends && ends.from >= range.from && ends.to < range.to) return all
    const to = columns.column('end')
    const from = columns.column('start')
    return select(
      all,
      (row) => to[row]! >= range.from && (from[row]! < range.to || to[row]! < range.to),
      scratch,
    )
  }

  /** At the multiples of which groups change with the time. */
  #steps(): readonly Millis[] {
    const { bin, by } = this.#question
    const hours = by.some(({ kind }) => kind === 'hour') ? [millis(hourMs)] : []
    return bin === undefined ? hours : [bin, ...hours]
  }

  #prepare(batch: Batch, run: number): () => void {
    const values = this.#keys.valuesOf(batch)
    const countings = this.#measures.map((measure) => measure.prepare(batch, run))
    return () => {
      const groups = this.#keys.groupsOf(values, batch.rows.length)
      for (const count of countings) count(groups, this.#keys.end)
    }
  }
}

function withoutCarriers(columns: FlowColumns, among: Selection): Selection {
  if (among.length === 0) return among
  const flags = columns.column('flags')
  const { scratch } = columns.space
  const { carrier } = flowFlag
  if (!hasBit(flags, carrier)) return among
  return marked(among, scratch.having(flags.map((of) => Number((of & carrier) !== 0))), 0, scratch)
}

/** By sixteen at once: every question asks this of every row. */
function hasBit(values: Uint8Array, bit: number): boolean {
  const words = new Uint32Array(values.buffer, values.byteOffset, (values.length >> 4) * 4)
  let all = bitsOf(words)
  for (let i = 4 * words.length; i < values.length; i++) all |= values[i]!
  return (all & Math.imul(bit, 0x0101_0101)) !== 0
}

function bitsOf(words: Uint32Array): number {
  const bits = runKernel('bitsOf', words, words.length)
  if (bits !== undefined) return bits
  let all = 0
  for (let i = 0; i < words.length; i++) all |= words[i]!
  return all
}
