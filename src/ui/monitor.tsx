import { millis, seconds } from '../model/quantity.ts'
import type { Session } from '../query/session.ts'
import { Display } from './display.tsx'
import { Feed } from './feed.ts'
import { runCommand, runText, type CommandTarget } from './keys/run-command.ts'
import { commandOf } from './keys/commands.ts'
import type { InputEvent } from './keys/key-parser.ts'
import type { MonitorExit, MonitorOptions } from './monitor-options.ts'
import { MonitorStore } from './store/monitor-store.ts'
import { Terminal } from './terminal/terminal.ts'
import { colourDepth } from './theme/colour-depth.ts'
import { decodeTheme, makePaint } from './theme/theme.ts'
import { themes } from './theme/themes.ts'

const period = seconds(1)
/** How long the screen waits for the answer to a new question before it shows that there is none yet. */
const answerPatience = millis(60)
/** A filter that is typed is asked for once its text rests. */
const typingRest = millis(120)

/**
 * Shows the monitor until the user leaves it, and gives the terminal back. Does not close the session.
 * @throws MalformedError for a theme that does not decode.
 */
export function runMonitor(session: Session, options: MonitorOptions): Promise<MonitorExit> {
  return new Monitor(options).run(session)
}

class Monitor implements CommandTarget {
  readonly store: MonitorStore
  readonly #terminal: Terminal
  readonly #display: Display
  readonly #done: Promise<MonitorExit>
  #finish: (exit: MonitorExit) => void = () => {}
  #feed: Feed | undefined
  #isOver = false
  #willPaint = false
  #asking: NodeJS.Timeout | undefined

  constructor({ input, output, environment, version, theme, where, end }: MonitorOptions) {
    this.#done = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.store = new MonitorStore(where)
    const paint = makePaint(decodeTheme(themes[theme]), colourDepth(environment))
    this.#terminal = new Terminal(input, output, {
      onInput: (events) => this.#onInput(events),
      onResize: () => this.redraw(),
      onDrain: () => this.#display.paint(),
      onResume: () => this.redraw(),
      end,
    })
    this.#display = new Display(this.store, this.#terminal, { version, paint })
  }

  async run(session: Session): Promise<MonitorExit> {
    this.#terminal.open()
    this.#display.paint()
    this.#feed = new Feed(session, period, {
      onAnswer: (answer, query) => {
        this.store.take(answer, query)
        this.#paintSoon()
      },
      onEnd: (error) => this.#onEnd(error),
    })
    this.#feed.ask(this.store.queries)
    // A component that throws is a crash like any other: the rejection reaches the terminal's guard.
    void this.#display.closed()
    const exit = await this.#done
    this.#isOver = true
    this.#feed.stop()
    clearTimeout(this.#asking)
    this.#display.close()
    this.#terminal.close()
    return exit
  }

  get bodyHeight(): number {
    return this.#display.bodyHeight
  }

  get pageLines(): number {
    return this.#display.pageLines
  }

  redraw(): void {
    this.#display.repaint()
  }

  suspend(): void {
    this.#terminal.suspend()
  }

  leave(exit: MonitorExit): void {
    this.#finish(exit)
  }

  /** A session that ends later than its first answer leaves its last rows on the screen, marked. */
  #onEnd(error: unknown): void {
    if (error !== undefined && !this.store.coverage) return this.#finish({ kind: 'failed', error })
    const why = error instanceof Error ? error.message : 'the recorder has ended'
    this.store.markStale(why)
    this.#paintSoon()
  }

  /** Once, with all answers of a tick in it. */
  #paintSoon(): void {
    if (this.#willPaint || this.#isOver) return
    this.#willPaint = true
    setImmediate(() => {
      this.#willPaint = false
      if (!this.#isOver) this.#display.paint()
    })
  }

  #onInput(events: readonly InputEvent[]): void {
    for (const event of events) this.#take(event)
    clearTimeout(this.#asking)
    if (this.store.filter.prompt) {
      this.#asking = setTimeout(() => this.#feed?.ask(this.store.queries), typingRest)
    } else if (this.#feed?.ask(this.store.queries)) {
      this.#asking = setTimeout(() => this.#display.paint(), answerPatience)
      return
    }
    this.#display.paint()
  }

  #take(event: InputEvent): void {
    if (event.kind === 'paste') return runText(event.text, this)
    if (event.kind !== 'key') return
    const { key } = event
    const context = this.store.keyContext
    const name = commandOf(key, context)
    if (name) runCommand(name, this)
    else if (context === 'prompt') runText(key === 'space' ? ' ' : isText(key) ? key : '', this)
  }
}

/** A key that is what it says, not the name of one. */
const isText = (key: string) => key.length === String.fromCodePoint(key.codePointAt(0) ?? 0).length
