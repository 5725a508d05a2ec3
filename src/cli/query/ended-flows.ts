import type { Gap } from '../../model/gap.ts'
import type { FlowRecord } from '../../model/flow.ts'
import type { Answer } from '../../query/session.ts'
import type { HostRecord } from './record-table.ts'

/** A gap that ends so shortly before an answer goes on. */
const presentMs = 5_000

const hasEnded = ({ endReason }: FlowRecord) => endReason !== 'open'

/** Tells what is new in one answer after another: flows that have ended, and gaps. */
export class EndedFlows {
  /** Of what had ended before the first answer, only so many. */
  readonly #most: number
  /** Ids of the last answer, and whether the flow had ended. */
  #known: ReadonlyMap<number, boolean> = new Map()
  readonly #gaps = new Set<string>()
  #begun: number | undefined

  constructor(most: number) {
    this.#most = most
  }

  /** In the order of their ends. */
  flows({ rows, coverage }: Answer): readonly HostRecord[] {
    const { flows, hosts } = rows.kind === 'flows' ? rows : { flows: [], hosts: undefined }
    const ended = flows
      .map((record, i) => ({ host: hosts?.[i] ?? coverage.host, record }))
      .filter(({ record }) => hasEnded(record))
      .sort((a, b) => a.record.end - b.record.end)
    const begun = this.#begun
    const found =
      begun === undefined
        ? ended.slice(Math.max(0, ended.length - this.#most))
        : ended.filter(({ record }) => this.#isNew(record, begun))
    this.#begun ??= coverage.to
    this.#known = new Map(flows.map((flow) => [flow.id, hasEnded(flow)]))
    return found
  }

  /** What ended long ago may be told of a host that is heard late, and of a recorder that is started anew. */
  #isNew({ id, end }: FlowRecord, begun: number): boolean {
    const hadEnded = this.#known.get(id)
    return hadEnded === undefined ? end >= begun : !hadEnded
  }

  /** Of the first answer only those that go on. */
  gaps({ coverage: { gaps, to } }: Answer): readonly Gap[] {
    const isFirst = this.#gaps.size === 0
    const found = gaps.filter((gap) => {
      const name = `${gap.from} ${gap.reason}`
      if (this.#gaps.has(name)) return false
      this.#gaps.add(name)
      return !isFirst || gap.to >= to - presentMs
    })
    this.#gaps.add('')
    return found
  }
}
