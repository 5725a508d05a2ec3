import { exportedRows, whyNotExported } from './exported-rows.ts'
import type { MaskedSession } from './mask/masked-session.ts'
import type { MonitorOptions } from './monitor-options.ts'
import type { Outcomes } from './outcomes.ts'
import { copiedText } from './paint/copied-text.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import { choicesOf } from './store/user-choices.ts'
import { clipboardSequence } from './terminal/clipboard.ts'
import type { Terminal } from './terminal/terminal.ts'

const howToCopy = 'with "copy": "on" in monitor.json e2etop may write to your clipboard'

/** What leaves the screen: files and the clipboard. */
export class Outward {
  readonly #store: MonitorStore
  readonly #session: MaskedSession
  readonly #options: MonitorOptions
  readonly #outcomes: Outcomes

  constructor(
    store: MonitorStore,
    session: MaskedSession,
    options: MonitorOptions,
    outcomes: Outcomes,
  ) {
    this.#store = store
    this.#session = session
    this.#options = options
    this.#outcomes = outcomes
  }

  /** Under their real names: a mask is of the screen only. */
  exportRows(file: string): void {
    const rows = exportedRows(this.#store)
    if (!rows) return
    const why = whyNotExported(this.#store)
    if (why !== undefined) return this.#outcomes.note(why)
    const real = this.#session.realRows(rows)
    void this.#outcomes.ofSlow(this.#options.exportRows(real, file))
  }

  /** As it is shown. */
  copy(what: 'name' | 'row', terminal: Pick<Terminal, 'size' | 'tell'>): void {
    const { settings, environment } = this.#options
    const text = copiedText(this.#store, what, terminal.size.columns)
    if (text === undefined) return this.#outcomes.note('no row is selected: j and k select one')
    this.#outcomes.of(() => {
      if (settings.copy !== 'on') throw new Error(`copying is off: ${howToCopy}`)
      terminal.tell(clipboardSequence(text, environment))
      return `copied, if the terminal heeds it: ${text.replaceAll('\t', ' ')}`
    })
  }

  save(theme: string): void {
    this.#outcomes.of(() => {
      const { settings, saveSettings } = this.#options
      return saveSettings({ ...settings, theme, ...choicesOf(this.#store) })
    })
  }
}
