import { render, type Instance } from 'ink'
import { Chrome, isTooSmall, type ChromeState } from './chrome/chrome.tsx'
import { fitColumns, type Column } from './paint/columns.ts'
import { detailLines } from './paint/detail.ts'
import { emptyLines } from './paint/empty.ts'
import { flowColumns } from './paint/flow-columns.ts'
import { groupColumns } from './paint/group-columns.ts'
import { helpLines } from './paint/help.ts'
import { coverageLines, noticeLines, noticesOf, paintNotices } from './paint/notices.ts'
import { paintPrompt } from './paint/prompt.ts'
import { hasStatus, paintStatus, paintTabs, paintTitle } from './paint/summary.ts'
import { paintHeading, paintRows } from './paint/table.ts'
import type { MonitorStore, PageName } from './store/monitor-store.ts'
import { hasEnded, type FlowRow, type GroupRow } from './store/rows.ts'
import type { TableView } from './store/table-view.ts'
import { groupViewNames, groupViewOf } from './store/views.ts'
import { InkStdout } from './terminal/ink-stdout.ts'
import { Screen, type FrameOutput, type ScreenSize } from './terminal/screen.ts'
import type { Paint } from './theme/theme.ts'

/** Rows that notices may take from the table, by the height of the terminal. */
const noticeLinesMax = (rows: number) => (rows < 20 ? 1 : rows < 30 ? 2 : 3)

const columnsOfGroups = new Map(
  groupViewNames.map((name) => [name, groupColumns(groupViewOf(name))] as const),
)

/** Paints a store onto a terminal: chrome through Ink when it changes, the rest straight. */
export class Display {
  readonly #store: MonitorStore
  readonly #size: () => ScreenSize
  readonly #version: string
  readonly #paint: Paint
  readonly #screen: Screen
  readonly #ink: Instance
  #chrome: ChromeState

  constructor(
    store: MonitorStore,
    terminal: FrameOutput & { readonly size: ScreenSize },
    look: { readonly version: string; readonly paint: Paint },
  ) {
    this.#store = store
    this.#size = () => terminal.size
    this.#version = look.version
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

  /** Lines of the page that is shown. */
  get pageLines(): number {
    return this.#store.page === undefined ? 0 : this.#linesOf(this.#store.page).length
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

  /** Like `paint`, every line. */
  repaint(): void {
    this.#screen.invalidate()
    this.paint()
  }

  #element() {
    return <Chrome state={this.#chrome} paint={this.#paint} />
  }

  #chromeNow(): ChromeState {
    const { page, coverage, keyContext } = this.#store
    const size = this.#size()
    const notices = coverage ? noticesOf(coverage) : []
    return {
      size,
      context: keyContext,
      isPage: page !== undefined,
      hasStatus: hasStatus(this.#store),
      noticeLines: noticeLines(notices, noticeLinesMax(size.rows)),
    }
  }

  #paintSlots(): void {
    const store = this.#store
    const { columns } = this.#size()
    const paint = this.#paint
    this.#screen.setSlot('title', [paintTitle(store, columns, paint)])
    this.#screen.setSlot('tabs', [paintTabs(store, columns, paint)])
    this.#screen.setSlot('status', [paintStatus(store, columns, paint)])
    const notices = store.coverage ? noticesOf(store.coverage) : []
    const lines = paintNotices(notices, this.#chrome.noticeLines, columns, paint)
    this.#screen.setSlot('notices', lines)
    const { prompt } = store.filter
    this.#screen.setSlot('prompt', prompt ? paintPrompt(prompt, columns, paint) : [])
    if (store.page !== undefined)
      this.#screen.setSlot('body', this.#linesOf(store.page).slice(store.pageOffset))
    else if (store.view === 'flows')
      this.#paintTable(store.flows, flowColumns, ({ flow }: FlowRow) => hasEnded(flow))
    else
      this.#paintTable(
        store.groups,
        columnsOfGroups.get(store.view)!,
        ({ totals }: GroupRow) => totals.openFlows === 0,
      )
  }

  #paintTable<Row extends { readonly id: number | string }>(
    table: TableView<Row>,
    allColumns: readonly Column<Row>[],
    isOver: (row: Row) => boolean,
  ): void {
    const { unit } = this.#store
    const width = this.#size().columns
    const columns = fitColumns(allColumns, width)
    const paint = this.#paint
    this.#screen.setSlot('columns', [paintHeading(columns, table, unit, paint)])
    const window = table.window(this.bodyHeight)
    const rows = paintRows(window, { columns, unit, width, paint, isOver })
    this.#screen.setSlot('body', rows.length > 0 ? rows : emptyLines(this.#store, width))
  }

  #linesOf(page: PageName): readonly string[] {
    const { columns } = this.#size()
    switch (page) {
      case 'help':
        return helpLines(this.#version, columns, this.#paint)
      case 'coverage':
        return coverageLines(this.#store.coverage, columns, this.#paint)
      case 'detail':
        return detailLines(this.#store, columns, this.#paint)
    }
  }
}

function sameChrome(a: ChromeState, b: ChromeState): boolean {
  return (
    a.size.columns === b.size.columns &&
    a.size.rows === b.size.rows &&
    a.context === b.context &&
    a.isPage === b.isPage &&
    a.hasStatus === b.hasStatus &&
    a.noticeLines === b.noticeLines
  )
}
