import { hostTime, millis, seconds, type HostTime } from '../model/quantity.ts'
import type { Session } from '../query/session.ts'
import { compareWindows } from './compare-windows.ts'
import { Display } from './display.tsx'
import { exportedRows, exportName } from './exported-rows.ts'
import { Feed } from './feed.ts'
import { keyTable, type KeyTable } from './keys/key-table.ts'
import type { InputEvent } from './keys/key-parser.ts'
import type { CommandTarget } from './keys/command-target.ts'
import { takeEvent } from './keys/take-event.ts'
import type { MonitorExit, MonitorOptions } from './monitor-options.ts'
import type { ScreenPlace } from './paint/screen-place.ts'
import { MonitorStore } from './store/monitor-store.ts'
import { messageOf, tell } from './tell.ts'
import { Terminal } from './terminal/terminal.ts'
import { TimelineFeed } from './timeline-feed.ts'
import { colourDepth } from './theme/colour-depth.ts'
import { paintOf, themeNames } from './theme/themes.ts'

/** How long the screen waits for the answer to a new question before it shows that there is none yet. */
const answerPatience = millis(60)
/** A filter that is typed is asked for once its text rests. */
const typingRest = millis(120)

/**
 * Shows the monitor until the user leaves it, and gives the terminal back. Does not close the session.
 * @throws MalformedError for a theme that does not decode, KeyConflict for keys of the settings that mean two things
 */
export function runMonitor(session: Session, options: MonitorOptions): Promise<MonitorExit> {
  return new Monitor(session, options).run()
}

class Monitor implements CommandTarget {
  readonly store: MonitorStore
  readonly #session: Session
  readonly #options: MonitorOptions
  readonly #keys: KeyTable
  readonly #terminal: Terminal
  readonly #display: Display
  readonly #done: Promise<MonitorExit>
  #finish: (exit: MonitorExit) => void = () => {}
  #theme: string
  #feed: Feed | undefined
  readonly #timeline: TimelineFeed
  #isOver = false
  #isDrawing = false
  #willPaint = false
  /** A filter that is typed and not asked for yet. */
  #typing: NodeJS.Timeout | undefined
  /** While a new question has no answer: what was typed meanwhile is about rows that are not here yet. */
  #waiting: NodeJS.Timeout | undefined
  #pending: InputEvent[] = []

  constructor(session: Session, options: MonitorOptions) {
    this.#session = session
    const { input, output, version, where, settings, themes, end } = options
    this.#options = options
    this.#done = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.store = new MonitorStore(where, themeNames(themes))
    this.store.choose(settings)
    this.#timeline = new TimelineFeed(session, (timeline) => {
      this.store.timeline.heard = timeline
      this.#paintSoon()
    })
    this.#keys = keyTable(settings.keys)
    this.#theme = settings.theme ?? 'system'
    const paint = this.#paintOf(this.#theme)
    const hasMouse = settings.mouse !== 'off'
    this.#terminal = new Terminal(
      { input, output, hasMouse },
      {
        onInput: (events) => this.#onInput(events),
        onResize: () => this.redraw(),
        onDrain: () => this.#display.paint(),
        onResume: () => this.redraw(),
        end,
      },
    )
    this.#display = new Display(this.store, this.#terminal, { version, paint, keys: this.#keys })
  }

  async run(): Promise<MonitorExit> {
    this.#terminal.open()
    this.#display.paint()
    this.#feed = new Feed(this.#session, seconds(1), {
      onAnswer: (answer, query) => {
        this.store.take(answer, query)
        if (this.#waiting && this.#feed?.isAnswered) this.#work()
        this.#paintSoon()
      },
      onRefusal: (error) => this.#backToNow(error),
      onEnd: (error) => this.#onEnd(error),
    })
    this.#feed.ask(this.store.queries)
    // A component that throws is a crash like any other: the rejection reaches the terminal's guard.
    void this.#display.closed()
    const exit = await this.#done
    this.#isOver = true
    this.#feed.stop()
    clearTimeout(this.#typing)
    clearTimeout(this.#waiting)
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

  at(column: number, row: number): ScreenPlace | undefined {
    return this.#display.at(column, row)
  }

  redraw(): void {
    this.#placeTimeline()
    this.#display.repaint()
  }

  suspend(): void {
    this.#terminal.suspend()
  }

  leave(exit: MonitorExit): void {
    this.#finish(exit)
  }

  nextTheme(): void {
    const names = themeNames(this.#options.themes)
    this.setTheme(names[(names.indexOf(this.#theme) + 1) % names.length]!)
  }

  setTheme(name: string): void {
    tell(this.store, () => {
      this.#display.setPaint(this.#paintOf(name))
      return `theme ${(this.#theme = name)}; :save keeps it`
    })
  }

  get exportName(): string {
    return exportName(this.store)
  }

  exportRows(file: string): void {
    const rows = exportedRows(this.store)
    if (rows) tell(this.store, () => this.#options.exportRows(rows, file))
  }

  save(): void {
    tell(this.store, () => {
      const { settings, saveSettings } = this.#options
      return saveSettings({ ...settings, theme: this.#theme, ...this.store.chosen })
    })
  }

  #paintOf(theme: string) {
    const { themes, environment } = this.#options
    return paintOf(theme, themes, colourDepth(environment))
  }

  /** When a chart is asked for: what draws it takes 100 ms to load, and 20 MB. */
  async #loadCharts(): Promise<void> {
    if (this.#isDrawing) return
    this.#isDrawing = true
    const { loadContrib } = await import('./charts/contrib.ts')
    this.#display.setDraw(await loadContrib())
    this.#paintSoon()
  }

  get now(): HostTime {
    return this.store.time.end ?? hostTime(Date.now())
  }

  compare(moment: HostTime | undefined): void {
    this.store.comparison = undefined
    this.store.pages.open('compare')
    compareWindows(this.#session, this.store, { now: this.now, moment }).then(
      (comparison) => {
        this.store.comparison = comparison
        this.#paintSoon()
      },
      (error: unknown) => {
        this.store.pages.close()
        this.#backToNow(error)
      },
    )
  }

  /** Nothing is recorded, or it cannot be read: the screen says why, over what is now. */
  #backToNow(error: unknown): void {
    this.store.time.goLive()
    this.store.message = { kind: 'warning', text: `No past: ${messageOf(error)}` }
    this.#work()
  }

  /** A session that ends later than its first answer leaves its last rows on the screen, marked. */
  #onEnd(error: unknown): void {
    if (error !== undefined && !this.store.coverage) return this.#finish({ kind: 'failed', error })
    this.store.markStale(error === undefined ? 'the recorder has ended' : messageOf(error))
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

  /** The strip of the past, around the window that is shown. */
  #placeTimeline(): void {
    const { store, now } = this
    store.timeline.place(store.time, store.which, { cells: this.#display.timelineCells, now })
    this.#timeline.ask(store.timeline.asked)
  }

  #onInput(events: readonly InputEvent[]): void {
    this.#pending.push(...events)
    if (!this.#waiting) this.#work()
  }

  /** Does what was typed, one after another; what follows on a new question waits a moment for its answer. */
  #work(): void {
    clearTimeout(this.#waiting)
    this.#waiting = undefined
    for (let event = this.#pending.shift(); event; event = this.#pending.shift()) {
      takeEvent(event, this.#keys, this)
      clearTimeout(this.#typing)
      if (this.store.prompt) {
        this.#typing = setTimeout(() => this.#feed?.ask(this.store.queries), typingRest)
      } else if (this.#feed?.ask(this.store.queries)) {
        this.#placeTimeline()
        this.#waiting = setTimeout(() => this.#work(), answerPatience)
        return
      }
    }
    this.#placeTimeline()
    if (this.store.pages.page === 'chart') void this.#loadCharts()
    if (!this.#isOver) this.#display.paint()
  }
}
