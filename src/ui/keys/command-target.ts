import type { HostTime } from '../../model/quantity.ts'
import type { MonitorExit } from '../monitor-options.ts'
import type { ScreenPlace } from '../paint/screen-place.ts'
import type { MonitorStore } from '../store/monitor-store.ts'

/** What commands act on. */
export interface CommandTarget {
  readonly store: MonitorStore
  readonly bodyHeight: number
  readonly pageLines: number
  /** What is shown at a place of the screen. */
  at(column: number, row: number): ScreenPlace | undefined
  /** On this clock windows of the past are counted. */
  readonly now: HostTime
  redraw(): void
  suspend(): void
  leave(exit: MonitorExit): void
  nextTheme(): void
  /** One that there is. */
  setTheme(name: string): void
  /** The window that is shown, or the last whole one, with that of another moment; with the one before it. */
  compare(moment: HostTime | undefined): void
  /** Asks those of many hosts again that gave no answer. */
  retry(): void
  /** Who in the fleet has the flows of a filter. */
  lookElsewhere(filter: string): void
  /** Real names, or pseudonyms. */
  toggleMask(): void
  /** Of the selected row, into the clipboard of the terminal. */
  copy(what: 'name' | 'row'): void
  exportRows(file: string): void
  /** Keeps what was chosen for the next time. */
  save(): void
}
