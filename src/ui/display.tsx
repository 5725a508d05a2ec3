import { render, type Instance } from 'ink'
import { Chrome, isTooSmall, sameChrome, type ChromeState } from './chrome/chrome.tsx'
import type { DrawCurves } from './charts/curves.ts'
import { emptyLines } from './paint/empty.ts'
import { graphLines, paintGraph } from './paint/graph.ts'
import { noticeLines, noticesOf, paintNotices, type Notice } from './paint/notices.ts'
import { paintPrompt } from './paint/prompt.ts'
import { paintRowLine } from './paint/row-line.ts'
import { hasStatus, paintStatus, paintTitle } from './paint/summary.ts'
import { paintHeading, paintRows } from './paint/table.ts'
import { paintTabs, type TabLine } from './paint/tabs.ts'
import { paintTimeline, timelineCells, timelineLines } from './paint/timeline.ts'
import { shownOf, withTable } from './paint/table-columns.ts'
import { pageLines } from './paint/page.ts'
import { placeAt, type ScreenPlace } from './paint/screen-place.ts'
import type { KeyTable } from './keys/key-table.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import { InkStdout } from './terminal/ink-stdout.ts'
import { Screen, type FrameOutput, type ScreenSize } from './terminal/screen.ts'
import type { Paint } from './theme/theme.ts'

/** Rows that notices may take from the table, by the height of the terminal. */
const noticeLinesMax = (rows: number) => (rows < 20 ? 1 : rows < 30 ? 2 : 3)

/** How the monitor looks, and what its keys are. */
export interface Look {
  readonly version: string
  readonly keys: KeyTable
  readonly paint: Paint
}

/** Paints a store onto a terminal: chrome through Ink when it changes, the rest straight. */
export class Display {
  readonly #store: MonitorStore
  readonly #size: () => ScreenSize
  readonly #version: string
  readonly #keys: KeyTable
  #paint: Paint
  #draw: DrawCurves | undefined
  readonly #screen: Screen
  readonly #ink: Instance
  #chrome: ChromeState

  constructor(
    store: MonitorStore,
    terminal: FrameOutput & { readonly size: ScreenSize },
    look: Look,
  ) {
    this.#store = store
    this.#size = () => terminal.size
    this.#version = look.version
    this.#keys = look.keys
    this.#paint = look.paint
    this.#screen = new Screen(terminal, this.#size)
    const stdout = new InkStdout(this.#size, (frame) => this.#screen.setChrome(frame))
    this.#chrome = this.#chromeNow()
    // Ink's debug mode hands over whole frames; it also paints where CI is set, which others do not.
    this.#ink = render(this.#element(), {
      stdout: stdout.stream,
      debug: true,
      patchConsole: false,
      exitOnCtrlC: false,
    })
  }

  /** Resolves when closed, rejects when a component throws. */
  async closed(): Promise<void> {
    await this.#ink.waitUntilExit()
  }

  close(): void {
    this.#ink.unmount()
  }

  /** Rows of the table or page in sight. */
  get bodyHeight(): number {
    return this.#screen.slotHeight('body')
  }

  /** Windows of the past that the strip has room for. */
  get timelineCells(): number {
    return timelineCells(this.#size().columns)
  }

  /** Lines of the page that is shown. */
  get pageLines(): number {
    return this.#page()?.length ?? 0
  }

  /** Brings the terminal to what the store says now. */
  paint(): void {
    const chrome = this.#chromeNow()
    if (!sameChrome(chrome, this.#chrome)) {
      this.#chrome = chrome
      this.#ink.rerender(this.#element())
    }
    if (!isTooSmall(chrome.size)) this.#paintSlots()
    this.#screen.flush()
  }

  /** How curves are drawn together; without it each is by itself. */
  setDraw(draw: DrawCurves | undefined): void {
    this.#draw = draw
  }

  /** From now on in other colours. */
  setPaint(paint: Paint): void {
    this.#paint = paint
    this.#ink.rerender(this.#element())
    this.repaint()
  }

  /** What is at a place of the screen. */
  at(column: number, row: number): ScreenPlace | undefined {
    const slot = this.#screen.slotAt(row)
    return slot && placeAt({ ...slot, column }, this.#store, this.#tabLine(this.#page()))
  }

  /** Like `paint`, every line. */
  repaint(): void {
    this.#screen.invalidate()
    this.paint()
  }

  #element() {
    return <Chrome state={this.#chrome} keys={this.#keys} paint={this.#paint} />
  }

  #chromeNow(): ChromeState {
    const { pages, keyContext, table, hasGraph, time } = this.#store
    const size = this.#size()
    return {
      size,
      context: keyContext,
      isOfMany: this.#store.coverage?.hosts !== undefined,
      completes: this.#store.prompt?.language.offer !== undefined,
      isPage: pages.page !== undefined,
      hasStatus: hasStatus(this.#store),
      graphLines: hasGraph && !time.range ? graphLines(size.rows) : 0,
      noticeLines: noticeLines(this.#notices(), noticeLinesMax(size.rows)),
      hasRow: keyContext === 'table' && table.selectedId !== undefined,
      timelineLines: this.#store.timeline.asked ? timelineLines(size.rows) : 0,
    }
  }

  #notices(): readonly Notice[] {
    const store = this.#store
    return store.coverage ? noticesOf(store.coverage, store, store.tables.missing) : []
  }

  #paintSlots(): void {
    const store = this.#store
    const { columns } = this.#size()
    const paint = this.#paint
    this.#screen.setSlot('title', [paintTitle(store, columns, paint)])
    const graph = { columns, rows: this.#chrome.graphLines }
    this.#screen.setSlot('graph', paintGraph(store, graph, paint))
    const page = this.#page()
    this.#screen.setSlot('tabs', [paintTabs(store, this.#tabLine(page), paint)])
    this.#screen.setSlot('status', [paintStatus(store, this.#keys, columns, paint)])
    const lines = paintNotices(this.#notices(), this.#chrome.noticeLines, columns, paint)
    this.#screen.setSlot('notices', lines)
    this.#screen.setSlot(
      'timeline',
      paintTimeline(store, { columns, rows: this.#chrome.timelineLines }, paint),
    )
    const line = { keys: this.#keys, columns }
    this.#screen.setSlot('row', [this.#chrome.hasRow ? paintRowLine(store, line, paint) : ''])
    const { prompt } = store
    this.#screen.setSlot('prompt', prompt ? paintPrompt(prompt, columns, paint) : [])
    if (page) this.#screen.setSlot('body', page.slice(this.#firstOf(page)))
    else
      withTable(store, columns, ({ table, columns: fitted, isOver }) => {
        const shown = shownOf(store)
        this.#screen.setSlot('columns', [paintHeading(fitted, table, shown, paint)])
        const window = table.window(this.bodyHeight)
        const rows = paintRows(window, { columns: fitted, shown, width: columns, paint, isOver })
        this.#screen.setSlot('body', rows.length > 0 ? rows : emptyLines(store, columns))
      })
  }

  /** Lines of the page that covers the table. */
  #page(): readonly string[] | undefined {
    const { page } = this.#store.pages
    if (page === undefined) return undefined
    return pageLines(page, this.#store, {
      version: this.#version,
      keys: this.#keys,
      paint: this.#paint,
      draw: this.#draw,
      size: { columns: this.#size().columns, rows: this.bodyHeight },
    })
  }

  #tabLine(page: readonly string[] | undefined): TabLine {
    return {
      keys: this.#keys,
      columns: this.#size().columns,
      page: page && { first: this.#firstOf(page), height: this.bodyHeight, lines: page.length },
    }
  }

  /** A page that has become shorter still ends at the bottom. */
  #firstOf({ length }: readonly string[]): number {
    return Math.max(0, Math.min(this.#store.pages.offset, length - this.bodyHeight))
  }
}
