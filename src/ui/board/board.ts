import { seconds } from '../../model/quantity.ts'
import type { Session } from '../../query/session.ts'
import { Feed } from '../feed.ts'
import type { MonitorExit, MonitorOptions } from '../monitor-options.ts'
import { MonitorStore } from '../store/monitor-store.ts'
import { takeChoices } from '../store/user-choices.ts'
import { paintNotices } from '../paint/notices.ts'
import { Screen, type FrameOutput, type ScreenSize } from '../terminal/screen.ts'
import { Terminal } from '../terminal/terminal.ts'
import { truncateCells } from '../text/cells.ts'
import { colourDepth } from '../theme/colour-depth.ts'
import type { Paint } from '../theme/theme.ts'
import { paintOf } from '../theme/themes.ts'
import { boardData, talkerHeading } from './board-data.ts'
import { BoardWidgets, loadBoardPackages } from './board-widgets.ts'

const smallest: ScreenSize = { columns: 80, rows: 24 }
type BoardPackages = Awaited<ReturnType<typeof loadBoardPackages>>

export type BoardOptions = Pick<
  MonitorOptions,
  'input' | 'output' | 'environment' | 'themes' | 'settings' | 'where' | 'end'
>

/** Paints a wallboard of a store onto a terminal: all of it by blessed-contrib, off-screen. */
export class BoardDisplay {
  readonly store: MonitorStore
  readonly #terminal: FrameOutput & { readonly size: ScreenSize }
  readonly #packages: BoardPackages
  readonly #paint: Paint
  readonly #screen: Screen
  #widgets: { readonly of: ScreenSize; readonly all: BoardWidgets } | undefined

  constructor(
    store: MonitorStore,
    terminal: FrameOutput & { readonly size: ScreenSize },
    look: { readonly packages: BoardPackages; readonly paint: Paint },
  ) {
    this.store = store
    this.#terminal = terminal
    this.#packages = look.packages
    this.#paint = look.paint
    this.#screen = new Screen(terminal, () => terminal.size)
  }

  paint(): void {
    const size = this.#terminal.size
    this.#screen.setChrome(this.#lines(size).join('\n'))
    this.#screen.flush()
  }

  repaint(): void {
    this.#screen.invalidate()
    this.paint()
  }

  close(): void {
    this.#widgets?.all.close()
  }

  #lines(size: ScreenSize): readonly string[] {
    const { columns, rows } = size
    if (columns < smallest.columns || rows < smallest.rows)
      return [`The board needs ${smallest.columns}x${smallest.rows}; q quits.`.slice(0, columns)]
    const main = Math.floor((columns * 8) / 12) - 2
    const data = boardData(this.store, { main, side: columns - main - 5 })
    const notices = paintNotices(data.notices, 1, columns, this.#paint)
    const body = { columns, rows: rows - 2 }
    const lines = this.#widgetsFor(body).lines(
      data,
      this.store.unit,
      talkerHeading(this.store, main),
      this.#paint,
    )
    const paint = this.#paint
    return [
      paint('title', truncateCells(` ${data.title}`, columns)),
      ...lines,
      ...(notices.length > 0 ? notices : [paint('dim', ' q quits')]),
    ]
  }

  #widgetsFor(size: ScreenSize): BoardWidgets {
    const known = this.#widgets
    if (known && known.of.columns === size.columns && known.of.rows === size.rows) return known.all
    known?.all.close()
    const all = new BoardWidgets(this.#packages, size)
    this.#widgets = { of: size, all }
    return all
  }
}

/** Shows the wallboard until the user leaves it. Throws where its packages are not installed. */
export async function runBoard(session: Session, options: BoardOptions): Promise<MonitorExit> {
  const packages = await loadBoardPackages()
  const { input, output, environment, themes, settings, where, end } = options
  const paint = paintOf(settings.theme ?? 'system', themes, colourDepth(environment))
  const store = new MonitorStore(where)
  takeChoices(store, settings)
  store.show('processes')
  let finish: (exit: MonitorExit) => void = () => {}
  const done = new Promise<MonitorExit>((resolve) => (finish = resolve))
  const terminal = new Terminal(
    { input, output, hasMouse: false },
    {
      onInput(events) {
        for (const event of events) {
          if (event.kind !== 'key') continue
          if (event.key === 'q') finish({ kind: 'quit' })
          if (event.key === 'ctrl-c') finish({ kind: 'interrupted' })
          if (event.key === 'ctrl-z') terminal.suspend()
          if (event.key === 'ctrl-l') display.repaint()
        }
      },
      onResize: () => display.repaint(),
      onDrain: () => display.paint(),
      onResume: () => display.repaint(),
      end,
    },
  )
  const display = new BoardDisplay(store, terminal, { packages, paint })
  const feed = new Feed(session, seconds(1), {
    onAnswer(answer, query) {
      store.take(answer, query)
      // The processes of that second come next.
      if (query.kind === 'flows') return
      display.paint()
    },
    onRefusal() {},
    onEnd(error) {
      if (error !== undefined && !store.coverage) return finish({ kind: 'failed', error })
      store.markStale(error instanceof Error ? error.message : 'the recorder has ended')
      display.paint()
    },
  })
  terminal.open()
  display.paint()
  feed.ask(store.queries)
  const exit = await done
  feed.stop()
  terminal.close()
  display.close()
  return exit
}
