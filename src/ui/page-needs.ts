import { loadContrib } from './charts/contrib.ts'
import type { DrawCurves } from './charts/curves.ts'
import type { PacketFeed } from './packet-feed.ts'
import type { PageName } from './store/page-view.ts'

/** What some pages need, and only while or once they are seen. */
export class PageNeeds {
  readonly #packets: PacketFeed
  readonly #onCharts: (draw: DrawCurves | undefined) => void
  #isDrawing = false

  constructor(packets: PacketFeed, onCharts: (draw: DrawCurves | undefined) => void) {
    this.#packets = packets
    this.#onCharts = onCharts
  }

  /** Of the page that is seen from now on; undefined: none. */
  meet(page: PageName | undefined): void {
    this.#packets.want(page === 'opacity')
    if (page === 'chart' || page === 'detail') void this.#loadCharts()
  }

  /** When a chart is asked for: what draws it takes 100 ms to load, and 20 MB. */
  async #loadCharts(): Promise<void> {
    if (this.#isDrawing) return
    this.#isDrawing = true
    this.#onCharts(await loadContrib())
  }
}
