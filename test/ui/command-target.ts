import { hostTime } from '../../src/model/quantity.ts'
import type { Display } from '../../src/ui/display.tsx'
import type { CommandTarget } from '../../src/ui/keys/command-target.ts'
import type { MonitorStore } from '../../src/ui/store/monitor-store.ts'

/** What commands act on, without a terminal, files or a session. */
export const commandTarget = (store: MonitorStore, display: Display): CommandTarget => ({
  store,
  get bodyHeight() {
    return display.bodyHeight
  },
  get pageLines() {
    return display.pageLines
  },
  now: hostTime(Date.UTC(2026, 2, 14, 15, 9, 40)),
  at: (column, row) => display.at(column, row),
  compare() {},
  copy() {},
  toggleMask() {},
  exportRows() {},
  leave() {},
  lookElsewhere() {},
  nextTheme() {},
  redraw: () => display.repaint(),
  retry() {},
  save() {},
  setTheme() {},
  suspend() {},
})
