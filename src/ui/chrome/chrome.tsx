import { Box, Text } from 'ink'
import type { KeyContext } from '../keys/command.ts'
import type { KeyTable } from '../keys/key-table.ts'
import { promptLines } from '../paint/prompt.ts'
import type { ScreenSize } from '../terminal/screen.ts'
import type { Paint } from '../theme/theme.ts'
import { Footer } from './footer.tsx'
import { Slot } from './slot.tsx'

/** All that the chrome depends on; React renders only when one of these changes. */
export interface ChromeState {
  readonly size: ScreenSize
  readonly context: KeyContext
  readonly isOfMany: boolean
  /** What is typed can be completed. */
  readonly completes: boolean
  readonly isPage: boolean
  readonly hasStatus: boolean
  readonly graphLines: number
  readonly noticeLines: number
  readonly timelineLines: number
  /** The selected row has a line of its own. */
  readonly hasRow: boolean
}

/** Whether it would look the same. */
export function sameChrome(a: ChromeState, b: ChromeState): boolean {
  return (
    a.size.columns === b.size.columns &&
    a.size.rows === b.size.rows &&
    a.context === b.context &&
    a.isOfMany === b.isOfMany &&
    a.completes === b.completes &&
    a.isPage === b.isPage &&
    a.hasStatus === b.hasStatus &&
    a.graphLines === b.graphLines &&
    a.noticeLines === b.noticeLines &&
    a.timelineLines === b.timelineLines &&
    a.hasRow === b.hasRow
  )
}

/** Smaller terminals get a message: no table of process, user, remote end and rates fits. */
export const smallestSize: ScreenSize = { columns: 60, rows: 15 }

export const isTooSmall = ({ columns, rows }: ScreenSize): boolean =>
  columns < smallestSize.columns || rows < smallestSize.rows

interface ChromeProps {
  readonly state: ChromeState
  readonly keys: KeyTable
  readonly paint: Paint
}

/** The frame around the data: what Ink lays out. Everything that changes by the second is in slots. */
export function Chrome({ state, keys, paint }: ChromeProps) {
  const { size, context, isOfMany, isPage } = state
  if (isTooSmall(size)) return <TooSmall size={size} />
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows}>
      <Slot id="title" height={1} />
      <Slot id="graph" height={isPage ? 0 : state.graphLines} />
      <Slot id="tabs" height={1} />
      <Slot id="status" height={state.hasStatus ? 1 : 0} />
      <Slot id="notices" height={isPage ? 0 : state.noticeLines} />
      <Slot id="timeline" height={isPage ? 0 : state.timelineLines} />
      <Slot id="columns" height={isPage ? 0 : 1} />
      <Slot id="body" most={size.rows} />
      <Slot id="row" height={state.hasRow ? 1 : 0} />
      {context === 'prompt' && <Slot id="prompt" height={promptLines} />}
      <Footer
        context={context}
        isOfMany={isOfMany}
        completes={state.completes}
        keys={keys}
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
