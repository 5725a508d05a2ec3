import { hostTime, type HostTime } from '../model/quantity.ts'
import type { Session } from '../query/session.ts'
import { Display } from './display.tsx'
import { onlyOneHost } from './look-elsewhere.ts'
import { keyTable, type KeyTable } from './keys/key-table.ts'
import type { CommandTarget } from './keys/command-target.ts'
import { takeEvent } from './keys/take-event.ts'
import { TypedEvents } from './keys/typed-events.ts'
import { MaskedSession } from './mask/masked-session.ts'
import type { MonitorExit, MonitorOptions } from './monitor-options.ts'
import { PacketFeed } from './packet-feed.ts'
import { PageNeeds } from './page-needs.ts'
import type { ScreenPlace } from './paint/screen-place.ts'
import { MonitorStore } from './store/monitor-store.ts'
import { retryNote } from './store/retry-note.ts'
import { takeChoices } from './store/user-choices.ts'
import { messageOf, Outcomes } from './outcomes.ts'
import { Outward } from './outward.ts'
import { Questions } from './questions.ts'
import { ReadPages } from './read-pages.ts'
import { TimelineFeed } from './timeline-feed.ts'
import { Terminal } from './terminal/terminal.ts'
import { colourDepth } from './theme/colour-depth.ts'
import { paintOf, themeNames } from './theme/themes.ts'

/**
 * Shows the monitor until the user leaves it, and gives the terminal back. Does not close the session.
 * @throws MalformedError for a theme that does not decode, KeyConflict for keys of the settings that mean two things
 */
export function runMonitor(session: Session, options: MonitorOptions): Promise<MonitorExit> {
  return new Monitor(session, options).run()
}

class Monitor implements CommandTarget {
  readonly store: MonitorStore
  readonly #session: MaskedSession
  readonly #options: MonitorOptions
  readonly #keys: KeyTable
  readonly #terminal: Terminal
  readonly #display: Display
  readonly #done: Promise<MonitorExit>
  #finish: (exit: MonitorExit) => void = () => {}
  #theme: string
  readonly #questions: Questions
  readonly #pages: ReadPages
  readonly #timeline: TimelineFeed
  readonly #needs: PageNeeds
  #isOver = false
  #willPaint = false
  readonly #typed: TypedEvents
  readonly #outcomes: Outcomes
  readonly #outward: Outward

  constructor(session: Session, options: MonitorOptions) {
    this.#session = new MaskedSession(session)
    const { input, output, version, where, settings, themes, end } = options
    this.#options = options
    this.#done = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.store = new MonitorStore(where, themeNames(themes), options)
    this.store.names.onChange = this.store.whereabouts.onChange = this.#paintSoon
    if (options.seals) options.seals.onChange = this.#paintSoon
    takeChoices(this.store, settings)
    this.#timeline = new TimelineFeed(this.#session, this.store, this.#paintSoon)
    this.#outcomes = new Outcomes(this.store, this.#paintSoon)
    this.#questions = new Questions(this.#session, this.store, {
      onAnswered: () => this.#typed.answered(),
      onRefusal: (error) => this.#backToNow(error),
      onFailure: (error) => this.#finish({ kind: 'failed', error }),
      onChange: this.#paintSoon,
    })
    this.#pages = new ReadPages(this.#session, this.store, {
      onRead: this.#paintSoon,
      onRefusal: (error) => this.#backToNow(error),
    })
    this.#outward = new Outward(this.store, this.#session, options, this.#outcomes)
    this.#keys = keyTable(settings.keys)
    this.#theme = settings.theme ?? 'system'
    this.#typed = new TypedEvents({
      take: (event) => takeEvent(event, this.#keys, this),
      isTyping: () => this.store.prompt !== undefined,
      ask: () => this.#questions.ask(),
      done: () => this.#shown(),
    })
    const paint = this.#paintOf(this.#theme)
    this.#terminal = new Terminal(
      { input, output, hasMouse: settings.mouse !== 'off' },
      {
        onInput: (events) => this.#typed.push(events),
        onResize: () => this.redraw(),
        onDrain: () => this.#display.paint(),
        onResume: () => this.redraw(),
        end,
      },
    )
    this.#display = new Display(this.store, this.#terminal, { version, paint, keys: this.#keys })
    const packets = new PacketFeed(options.packets, this.store.pages.packets, this.#paintSoon)
    this.#needs = new PageNeeds(packets, (draw) => {
      this.#display.setDraw(draw)
      this.#paintSoon()
    })
  }

  async run(): Promise<MonitorExit> {
    this.#terminal.open()
    this.#display.paint()
    this.#options.takeQuestions?.((question) => {
      this.#paintSoon()
      return this.store.prompting.askSecret(question)
    })
    this.#questions.ask()
    // A component that throws is a crash like any other: the rejection reaches the terminal's guard.
    void this.#display.closed()
    const exit = await this.#done
    this.#isOver = true
    this.#questions.stop()
    this.#typed.stop()
    this.#needs.meet(undefined)
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
    this.#timeline.follow(this.#display.timelineCells, this.now)
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
    this.setTheme(names[(names.indexOf(this.#theme) + 1) % names.length] ?? this.#theme)
  }

  setTheme(name: string): void {
    this.#outcomes.of(() => {
      this.#display.setPaint(this.#paintOf(name))
      return `theme ${(this.#theme = name)}; :save keeps it`
    })
  }

  exportRows(file: string): void {
    this.#outward.exportRows(file)
  }

  copy(what: 'name' | 'row'): void {
    this.#outward.copy(what, this.#terminal)
  }

  toggleMask(): void {
    this.store.mask(this.#session.toggle())
    this.#questions.stop()
    this.#questions.ask()
  }

  save(): void {
    this.#outward.save(this.#theme)
  }

  #paintOf(theme: string) {
    return paintOf(theme, this.#options.themes, colourDepth(this.#options.environment))
  }

  get now(): HostTime {
    return this.store.time.end ?? hostTime(Date.now())
  }

  compare(moment: HostTime | undefined): void {
    this.#pages.compare(this.now, moment)
  }

  lookElsewhere(text: string): void {
    if (this.store.isOfMany) this.#pages.lookElsewhere(text, this.now)
    else this.#outcomes.note(onlyOneHost)
  }

  retry(): void {
    this.#outcomes.note(retryNote(this.store.coverage?.hosts))
    this.#session.retry?.()
    this.#questions.forgetPast()
    this.#pages.retry(this.now)
  }

  /** Nothing is recorded, or it cannot be read: the screen says why, over what is now. */
  #backToNow(error: unknown): void {
    this.store.time.goLive()
    this.#outcomes.warn(`No past: ${messageOf(error)}`)
    this.#typed.goOn()
  }

  /** Once, with all answers of a tick in it. */
  readonly #paintSoon = (): void => {
    if (this.#willPaint || this.#isOver) return
    this.#willPaint = true
    setImmediate(() => {
      this.#willPaint = false
      if (!this.#isOver) this.#display.paint()
    })
  }

  /** After what was typed. */
  #shown(): void {
    this.#timeline.follow(this.#display.timelineCells, this.now)
    this.#needs.meet(this.store.pages.page)
    if (!this.#isOver) this.#display.paint()
  }
}
