import type { CaptureStatus } from '../../src/model/capture-status.ts'
import { keyTable } from '../../src/ui/keys/key-table.ts'
import { Display } from '../../src/ui/display.tsx'
import { MonitorStore } from '../../src/ui/store/monitor-store.ts'
import type { ScreenSize } from '../../src/ui/terminal/screen.ts'
import type { ColourDepth } from '../../src/ui/theme/colour-depth.ts'
import { decodeTheme, makePaint } from '../../src/ui/theme/theme.ts'
import { themes } from '../../src/ui/theme/themes.ts'
import type { AddressSources } from '../../src/ui/remote-whereabouts.ts'
import type { DemoHost } from './demo-session.ts'
import { VirtualTerminal } from './virtual-terminal.ts'

/** Asks a host what the store wants to know, and tells it. */
export function hear(store: MonitorStore, host: DemoHost, capture?: CaptureStatus): void {
  for (const query of store.queries) store.take(host.answer(query, capture), query)
}

/** A store on a virtual terminal, without keys, signals or a session. */
export function showStore(
  size: ScreenSize,
  depth: ColourDepth = '16',
  theme = 'system',
  of?: AddressSources,
) {
  const store = new MonitorStore(undefined, [], of)
  const terminal = new VirtualTerminal(size)
  const paint = makePaint(decodeTheme(themes[theme]), depth)
  const display = new Display(store, terminal, {
    version: '0.1.0',
    paint,
    keys: keyTable(),
  })
  return { store, terminal, display }
}
