import type { DrawCurves } from '../charts/curves.ts'
import type { KeyTable } from '../keys/key-table.ts'
import type { MonitorStore } from '../store/monitor-store.ts'
import type { PageName } from '../store/page-view.ts'
import type { ScreenSize } from '../terminal/screen.ts'
import type { Paint } from '../theme/theme.ts'
import { chartLines } from './chart.ts'
import { compareLines } from './compare.ts'
import { detailLines } from './detail.ts'
import { elsewhereLines } from './elsewhere.ts'
import { helpLines } from './help.ts'
import { coverageLines } from './notices.ts'
import { packetLines } from './packets/packet-page.ts'

/** How a page is drawn. */
export interface PageDrawing {
  /** Of e2etop. */
  readonly version: string
  readonly keys: KeyTable
  readonly paint: Paint
  /** How curves are drawn together; without it each is by itself. */
  readonly draw: DrawCurves | undefined
  /** Of the part of it that is in sight. */
  readonly size: ScreenSize
}

/** All lines of a page of text that have what is searched for, also those that are scrolled out of sight. */
export function pageLines(
  page: PageName,
  store: MonitorStore,
  drawing: PageDrawing,
): readonly string[] {
  const { search } = store.pages
  // The help keeps the headings of what it finds.
  if (page === 'help') {
    const { version, keys, size, paint } = drawing
    const { isOfMany } = store
    return helpLines({ version, keys, search, isOfMany }, size.columns, paint)
  }
  const lines = wholePage(page, store, drawing)
  if (search === '') return lines
  const wanted = search.toLowerCase()
  const found = lines.filter((line) => plainText(line).toLowerCase().includes(wanted))
  return found.length > 0 ? found : ['', `   Nothing here has ${search} in it.`]
}

// oxlint-disable-next-line no-control-regex -- these are control sequences
const plainText = (line: string) => line.replace(/\x1b\[[\d;]*[A-Za-z]/g, '')

function wholePage(
  page: Exclude<PageName, 'help'>,
  store: MonitorStore,
  { paint, draw, size }: PageDrawing,
): readonly string[] {
  const { columns } = size
  switch (page) {
    case 'coverage':
      return coverageLines(store, columns, paint)
    case 'chart':
      return chartLines(store, size, { paint, draw })
    case 'compare':
      return compareLines(store.comparison, columns, paint)
    case 'elsewhere':
      return elsewhereLines(store, columns, paint)
    case 'opacity':
      // Packets come past the session, so nothing of theirs has a pseudonym.
      if (store.names.isMasked) return ['', '   Not shown while names are masked: M shows them.']
      return packetLines(store.pages.packets, { columns, unit: store.unit, paint })
    case 'detail':
      return detailLines(store, { columns, paint, draw })
  }
}
