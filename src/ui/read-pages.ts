import type { HostTime } from '../model/quantity.ts'
import type { Session } from '../query/session.ts'
import { compareWindows } from './compare-windows.ts'
import { lookElsewhere, readElsewhere } from './look-elsewhere.ts'
import type { MonitorStore } from './store/monitor-store.ts'
import type { PageName } from './store/page-view.ts'

interface PageEvents {
  readonly onRead: () => void
  /** It cannot be read; the page is closed. */
  readonly onRefusal: (error: unknown) => void
}

/** Pages of what hosts have recorded: opened at once, and filled when it was read. */
export class ReadPages {
  readonly #session: Session
  readonly #store: MonitorStore
  readonly #events: PageEvents

  constructor(session: Session, store: MonitorStore, events: PageEvents) {
    this.#session = session
    this.#store = store
    this.#events = events
  }

  compare(now: HostTime, moment: HostTime | undefined): void {
    this.#store.comparison = undefined
    this.#read('compare', compareWindows(this.#session, this.#store, { now, moment }))
  }

  lookElsewhere(text: string, now: HostTime): void {
    this.#read('elsewhere', lookElsewhere(this.#session, this.#store, { text, now }))
  }

  /** Reads the page that is open anew, where hosts were missing from it. */
  retry(now: HostTime): void {
    if (this.#store.pages.page === 'elsewhere')
      this.#show(readElsewhere(this.#session, this.#store, now))
  }

  #read(page: PageName, reading: Promise<void>): void {
    this.#store.pages.open(page)
    this.#show(reading)
  }

  #show(reading: Promise<void>): void {
    reading.then(this.#events.onRead, (error: unknown) => {
      this.#store.pages.close()
      this.#events.onRefusal(error)
    })
  }
}
