import { Box, Text } from 'ink'
import type { PageName } from '../store/monitor-store.ts'
import type { ScreenSize } from '../terminal/screen.ts'
import type { Paint } from '../theme/theme.ts'
import { Footer } from './footer.tsx'
import { Help } from './help.tsx'
import { Slot } from './slot.tsx'

/** All that the chrome depends on; React renders only when one of these changes. */
export interface ChromeState {
  readonly size: ScreenSize
  readonly page: PageName | undefined
  readonly noticeLines: number
  /** First line in sight of the help page, which Ink paints; others scroll in their slot. */
  readonly helpOffset: number
}

/** Smaller terminals get a message: no table of process, user, remote end and rates fits. */
export const smallestSize: ScreenSize = { columns: 60, rows: 15 }

export const isTooSmall = ({ columns, rows }: ScreenSize): boolean =>
  columns < smallestSize.columns || rows < smallestSize.rows

interface ChromeProps {
  readonly state: ChromeState
  readonly version: string
  readonly paint: Paint
}

/** The frame around the data: what Ink lays out. Everything that changes by the second is in slots. */
export function Chrome({ state, version, paint }: ChromeProps) {
  const { size, page } = state
  if (isTooSmall(size)) return <TooSmall size={size} />
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows}>
      <Slot id="title" height={1} />
      <Slot id="tabs" height={1} />
      <Slot id="notices" height={page === undefined ? state.noticeLines : 0} />
      {page === 'help' ? (
        <Help version={version} offset={state.helpOffset} paint={paint} />
      ) : (
        <>
          <Slot id="columns" height={1} />
          <Slot id="body" />
        </>
      )}
      <Footer
        context={page === undefined ? 'table' : 'page'}
        paint={paint}
        columns={size.columns}
      />
    </Box>
  )
}

function TooSmall({ size }: { readonly size: ScreenSize }) {
  const { columns, rows } = smallestSize
  return (
    <Box width={size.columns} height={size.rows} overflow="hidden">
      <Text>
        {`e2etop needs ${columns}x${rows}, this is ${size.columns}x${size.rows}. q quits.`}
      </Text>
    </Box>
  )
}
