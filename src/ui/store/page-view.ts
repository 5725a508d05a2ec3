import { PacketView } from './packet-view.ts'

/** A page of text in the place of the table. */
export type PageName =
  'help' | 'coverage' | 'detail' | 'chart' | 'compare' | 'elsewhere' | 'opacity'

/** Which page is shown, from which line, and what is searched for in it. */
export class PageView {
  /** Of the page `opacity`. */
  readonly packets = new PacketView()
  #page: PageName | undefined
  #offset = 0
  #search = ''

  /** Undefined while the table is shown. */
  get page(): PageName | undefined {
    return this.#page
  }

  /** First line in sight. */
  get offset(): number {
    return this.#offset
  }

  /** Only lines with this text are shown. */
  get search(): string {
    return this.#search
  }

  /** Opens a page; the one that is open is closed. */
  open(page: PageName): void {
    this.#page = this.#page === page ? undefined : page
    this.searchFor('')
  }

  close(): void {
    this.#page = undefined
  }

  searchFor(text: string): void {
    this.#search = text
    this.#offset = 0
  }

  /** Scrolls a page of `lines` lines of which `height` are in sight. */
  scroll(by: number, lines: number, height: number): void {
    this.#offset = Math.max(0, Math.min(this.#offset + by, lines - height))
  }
}
