import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { millis } from '../../model/quantity.ts'
import type { OpacityTold, OpacityWatch } from '../../query/opacity.ts'
import type { Coverage, Session } from '../../query/session.ts'
import { AnswerRelay } from '../../recorder/answer-relay.ts'
import { LiveWriter } from '../../recorder/live-writer.ts'
import { liveHello } from '../recording/live-hello.ts'
import { liveStreamFd } from '../recording/recorder-request.ts'
import { decodePacketsLine, type PacketsLine } from './packets-line.ts'
import { privatePacketsCommand } from './packets-request.ts'

/** Runs the command once for each line, and says when it has ended. */
const keeper = 'while read -r _; do "$0" "$@" </dev/null; echo; echo end; done'
const stderrKept = 4096

/** Why the flows were told no further: nobody looks, their recorder has ended, or it was started anew. */
type RelayEnd = 'left' | 'over' | 'new run'

/**
 * Packets beside the flows of a session, for a monitor that has left root. A shell keeps our present privileges, and
 * starts what reads packets when that is first asked for: until then it takes 1 MB, and nothing else.
 */
export class PacketKeeper implements OpacityWatch {
  readonly #session: Session
  readonly #shell: ChildProcess
  readonly #commands: Writable
  readonly #flows: Writable
  readonly #lines: AsyncIterator<string, undefined>
  #complaint = ''
  /** What reads packets has crashed, and has left flows unread that another one would take for its own. */
  #isBroken = false
  #coverage: Coverage | undefined
  /** Settled when nobody watches. */
  #free: Promise<void> = Promise.resolve()

  constructor(session: Session) {
    this.#session = session
    const command = [process.execPath, process.argv[1] ?? '', privatePacketsCommand]
    // In a session of its own, so that Ctrl-C and Ctrl-Z at the terminal reach the monitor only.
    this.#shell = spawn('/bin/sh', ['-c', keeper, ...command], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    })
    const [commands, said, complaints] = this.#shell.stdio
    this.#commands = commands as Writable
    this.#flows = this.#shell.stdio[liveStreamFd] as Writable
    this.#lines = createInterface({ input: said as Readable })[Symbol.asyncIterator]()
    this.#shell.on('error', (error) => (this.#complaint = error.message))
    complaints?.on('data', (piece: Buffer) => {
      this.#complaint = (this.#complaint + piece.toString()).slice(-stderrKept)
    })
    // Where it has gone, the end of its lines says so.
    for (const pipe of [this.#commands, this.#flows]) pipe.on('error', () => {})
  }

  /** One look at a time: another waits for the end of the one before. */
  async *watch(left: AbortSignal): AsyncGenerator<OpacityTold> {
    const before = this.#free
    let free = () => {}
    this.#free = new Promise((resolve) => (free = resolve))
    await before
    try {
      while (!left.aborted && !this.#isBroken && (yield* this.#look(left)) === 'new run');
      if (this.#isBroken) yield this.#brokenOff()
    } finally {
      free()
    }
  }

  /** Ends the shell, and what it has started. */
  close(): void {
    this.#commands.end()
    this.#flows.end()
  }

  /** From the start of what reads packets to its end, which is not before it has read all that it was told. */
  async *#look(left: AbortSignal): AsyncGenerator<OpacityTold, RelayEnd> {
    const refused = new AbortController()
    let relayEnd: RelayEnd | undefined
    const relaying = this.#relay(AbortSignal.any([left, refused.signal])).then(
      (end) => (relayEnd = end),
    )
    this.#commands.write('look\n')
    let line: PacketsLine | undefined | 'end'
    try {
      while ((line = await this.#nextLine()) !== 'end') {
        if (line?.kind === 'seen' && this.#coverage) yield { ...line, coverage: this.#coverage }
        if (line?.kind !== 'refused') continue
        yield line
        refused.abort()
      }
      this.#isBroken = relayEnd === undefined
    } finally {
      refused.abort()
      while (line !== 'end') line = await this.#nextLine()
    }
    return relaying
  }

  async #nextLine(): Promise<PacketsLine | undefined | 'end'> {
    const { value, done } = await this.#lines.next()
    return done === true || value === 'end' ? 'end' : decodePacketsLine(value)
  }

  /** Tells what reads packets the flows of the session, of one run of its recorder. */
  async #relay(stop: AbortSignal): Promise<RelayEnd> {
    const relay = new AnswerRelay(new LiveWriter(this.#flows), liveHello())
    try {
      this.#coverage = undefined
      for await (const answer of this.#session.watch({ kind: 'flows' }, millis(0), stop)) {
        if (stop.aborted) return 'left'
        const { coverage } = answer
        if (this.#coverage && this.#coverage.from !== coverage.from) return 'new run'
        if (coverage.stale !== undefined) continue
        this.#coverage = coverage
        relay.tell(answer)
      }
      return stop.aborted ? 'left' : 'over'
    } finally {
      relay.end('nobody looks any more', 'Look again.')
    }
  }

  #brokenOff(): OpacityTold {
    const last = this.#complaint.trim().split('\n').at(-1) ?? ''
    return {
      kind: 'refused',
      message: `what reads packets has ended by itself: ${last}`,
      next: 'Start e2etop again; `e2etop opacity` says more.',
    }
  }
}
