import { scanBlocks, touches, type LogBlock } from '../log/scan-blocks.ts'
import { DamagedColumn } from '../model/damaged-column.ts'
import { plainSpace, type BlockSpace } from '../model/kernels/room.ts'
import { openWorkspace, type Workspace } from '../model/kernels/workspace.ts'
import { limits } from '../model/limits.ts'
import type { Gap } from '../model/gap.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import type { QuestionProgress } from '../query/asking.ts'
import type { HostCoverage } from '../query/partial-answer.ts'
import type { Question, TimeRange } from '../query/question.ts'
import type { FlowsGiven } from '../query/run/question-run.ts'
import type { QuestionSources } from './question-sources.ts'

/** What became of a reading of the log. */
export interface LogEnd {
  readonly gaps: readonly Gap[]
  readonly rowsScanned: number
  readonly bytesRead: number
  readonly stoppedAt: HostCoverage['stoppedAt']
  /** Where it stopped: flows that ended before are all counted... */
  readonly unreadFrom: HostTime | undefined
  /** ...or, of a reading that began with the newest, those that ended after. */
  readonly unreadTo: HostTime | undefined
  readonly writtenAt: HostTime | undefined
  /** The earliest end of a flow in what it was about; Infinity where there was none. */
  readonly earliest: HostTime
}

/** What of a question its reading needs to know. */
export type ReadingOf = Pick<Question, 'range' | 'booking' | 'budget'>

/** A block that is read, and what is known of those that come later. */
export interface BlockGiven extends FlowsGiven {
  readonly ends: TimeRange
  /** No later block has a flow that ended before; Infinity of the last. */
  readonly laterFrom: HostTime
  /** To be called where it turns out to be damaged after `add`. */
  readonly onDamage: () => void
}

/** Takes the blocks that are read. */
export interface BlockTaker {
  /** Groups so far, for the budget. */
  readonly groups: number
  /** Bytes of them and of their states. */
  readonly memory: number
  /** @throws DamagedColumn */
  readonly add: (given: BlockGiven) => void
  /** Spaces of blocks that it has not done with; where this is not told, it may keep whatever it was given. */
  readonly spacesHeld?: () => readonly BlockSpace[]
  /** Takes the newest blocks first, and of those only the ones that this asks for. */
  readonly newest?: (block: LogBlock) => boolean
}

/** Reads the blocks of a log that a question is about, as far as its budget goes. */
export class LogReading {
  readonly #question: ReadingOf
  readonly #sources: QuestionSources
  readonly #run: BlockTaker
  readonly #gaps: Gap[] = []
  #rows = 0
  #rowsOf = 0
  #bytes = 0
  #stoppedAt: HostCoverage['stoppedAt']
  #unreadFrom: HostTime | undefined
  #unreadTo: HostTime | undefined
  #writtenAt: HostTime | undefined
  #earliest = hostTime(Infinity)
  #workspace: Workspace | undefined

  constructor(question: ReadingOf, sources: QuestionSources, run: BlockTaker) {
    this.#question = question
    this.#sources = sources
    this.#run = run
  }

  /** Where the columns of the next block are to be. */
  #space(): BlockSpace {
    const held = this.#run.spacesHeld?.()
    if (!held || this.#rowsOf < limits.workspaceFromRows) return plainSpace
    this.#workspace ??= openWorkspace()
    return this.#workspace.nextSpace(held)
  }

  /** Reads a block at each step, and gives it. @throws LogError */
  *blocks(): Generator<LogBlock> {
    const { log } = this.#sources
    if (log === undefined) return
    const started = this.#sources.clock()
    const scan = scanBlocks(log, this.#scanned(), (bytes) => (this.#bytes += bytes))
    try {
      const blocks = this.#wanted(scan)
      for (const { rows } of blocks) this.#rowsOf += rows
      const isNewestFirst = this.#run.newest !== undefined
      if (isNewestFirst) blocks.sort((a, b) => b.to - a.to)
      const laterFrom = leastFrom(blocks)
      this.#earliest = laterFrom[0]!
      for (const [i, block] of blocks.entries()) {
        if (this.#run.newest?.(block) === false) continue
        this.#stoppedAt = this.#reached(block, this.#sources.clock() - started)
        if (this.#stoppedAt) {
          if (isNewestFirst) this.#unreadTo = block.to
          else this.#unreadFrom = laterFrom[i]
          return
        }
        this.#read(block, laterFrom[i + 1]!)
        yield block
      }
    } finally {
      scan.return(undefined)
    }
  }

  progress(): QuestionProgress {
    return { rows: this.#rows, rowsOf: this.#rowsOf, bytes: this.#bytes }
  }

  end(): LogEnd {
    return {
      gaps: this.#gaps,
      rowsScanned: this.#rows,
      bytesRead: this.#bytes,
      stoppedAt: this.#stoppedAt,
      unreadFrom: this.#unreadFrom,
      unreadTo: this.#unreadTo,
      writtenAt: this.#writtenAt,
      earliest: this.#earliest,
    }
  }

  /** A record that ends after the range may reach into it: of blocks with such, those are read that began before. */
  #scanned() {
    const { range, booking } = this.#question
    return booking === 'spread' ? { from: range.from, to: hostTime(Infinity) } : range
  }

  /** All blocks, before the first is read: so it is known how many rows there are, and where a stop leaves off. */
  #wanted(scan: ReturnType<typeof scanBlocks>): LogBlock[] {
    const { range } = this.#question
    const blocks: LogBlock[] = []
    for (let next = scan.next(); !next.done; next = scan.next()) {
      const piece = next.value
      if (piece.kind === 'block') {
        if (piece.begun < range.to) blocks.push(piece)
      } else if (piece.kind === 'damage') this.#gaps.push(piece.gap)
      else if (piece.kind === 'gaps')
        this.#gaps.push(...piece.gaps.filter((gap) => touches(gap, range)))
      else {
        this.#writtenAt = piece.writtenAt
        break
      }
    }
    return blocks
  }

  /** The limit that is reached before this block is read. */
  #reached({ rows }: LogBlock, elapsed: number): HostCoverage['stoppedAt'] {
    const { budget } = this.#question
    if (this.#sources.interrupted?.aborted) return 'interrupt'
    if (this.#rows + rows > budget.rows) return 'rows'
    if (this.#bytes >= budget.bytes) return 'bytes'
    if (this.#run.groups > budget.groups) return 'groups'
    if (this.#run.memory > budget.memory) return 'memory'
    if (elapsed >= budget.time) return 'time'
    return undefined
  }

  #read(block: LogBlock, laterFrom: HostTime): void {
    this.#rows += block.rows
    const rows = this.#heldThen(block)
    if (rows <= 0) return
    try {
      const opened = block.open(this.#space())
      if (!opened.ok) throw new DamagedColumn(opened.damage)
      const { from, to } = block
      const run = block.writtenBy.stream
      const onDamage = () => void this.#gaps.push(block.damage().gap)
      const known = { run, rows, ends: { from, to }, laterFrom, onDamage }
      this.#run.add({ columns: opened.columns, ...known })
    } catch (error) {
      if (!(error instanceof DamagedColumn)) throw error
      this.#gaps.push(block.damage().gap)
    }
  }

  /** Rows of the block that the log held when the recorder was heard: what came since is in its live part. */
  #heldThen({ rows, rowsBefore, writtenBy }: LogBlock): number {
    const { live } = this.#sources
    const recording = typeof live === 'string' ? undefined : live.status.recording
    if (recording?.run !== writtenBy.stream) return rows
    return Math.min(rows, recording.records - rowsBefore)
  }
}

/** The earliest end of a flow in a block or in any after it; at last Infinity. */
function leastFrom(blocks: readonly LogBlock[]): HostTime[] {
  const least = [hostTime(Infinity)]
  for (const { from } of blocks.toReversed()) least.push(hostTime(Math.min(from, least.at(-1)!)))
  return least.toReversed()
}
