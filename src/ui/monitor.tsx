import { seconds } from '../model/quantity.ts'
import type { Query, Session } from '../query/session.ts'
import { Display } from './display.tsx'
import { runCommand, type CommandTarget } from './keys/run-command.ts'
import { commandOf } from './keys/commands.ts'
import type { InputEvent } from './keys/key-parser.ts'
import type { MonitorExit, MonitorOptions } from './monitor-options.ts'
import { MonitorStore } from './store/monitor-store.ts'
import { groupedBy } from './store/rows.ts'
import { Terminal } from './terminal/terminal.ts'
import { colourDepth } from './theme/colour-depth.ts'
import { decodeTheme, makePaint } from './theme/theme.ts'
import { themes } from './theme/themes.ts'

const period = seconds(1)
const queries: readonly Query[] = [{ kind: 'flows' }, { kind: 'totals', by: groupedBy }]

/**
 * Shows the monitor until the user leaves it, and gives the terminal back. Does not close the session.
 * @throws MalformedError for a theme that does not decode.
 */
export function runMonitor(session: Session, options: MonitorOptions): Promise<MonitorExit> {
  return new Monitor(options).run(session)
}

class Monitor implements CommandTarget {
  readonly store = new MonitorStore()
  readonly #terminal: Terminal
  readonly #display: Display
  readonly #done: Promise<MonitorExit>
  #finish: (exit: MonitorExit) => void = () => {}
  #isOver = false

  constructor({ input, output, environment, version, theme, end }: MonitorOptions) {
    this.#done = new Promise((resolve) => {
      this.#finish = resolve
    })
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
    for (const query of queries) void this.#follow(session.watch(query, period))
    // A component that throws is a crash like any other: the rejection reaches the terminal's guard.
    void this.#display.closed()
    const exit = await this.#done
    this.#isOver = true
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

  /** Shows answers as they come. A session that ends later leaves its last rows on the screen, marked. */
  async #follow(answers: ReturnType<Session['watch']>): Promise<void> {
    try {
      for await (const answer of answers) {
        if (this.#isOver) return
        this.store.take(answer)
        this.#display.paint()
      }
      this.store.markStale('the recorder has ended')
    } catch (error) {
      if (!this.store.coverage) return this.#finish({ kind: 'failed', error })
      this.store.markStale(error instanceof Error ? error.message : String(error))
    }
    if (!this.#isOver) this.#display.paint()
  }

  #onInput(events: readonly InputEvent[]): void {
    for (const event of events) {
      if (event.kind !== 'key') continue
      const name = commandOf(event.key, this.store.page === undefined ? 'table' : 'page')
      if (name) runCommand(name, this)
    }
    this.#display.paint()
  }
}
