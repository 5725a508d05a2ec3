import { Box, Text } from 'ink'
import { slotMark, type SlotId } from '../terminal/screen.ts'

// More lines than a terminal has; Ink cuts what does not fit.
const linesMax = 500

interface SlotProps {
  readonly id: SlotId
  /** Lines; without it the slot takes what the rest of the chrome leaves. */
  readonly height?: number
}

/** A place whose lines are painted straight to the screen: Ink lays it out and prints a mark a line. */
export function Slot({ id, height }: SlotProps) {
  if (height === 0) return null
  const marks = Array.from({ length: height ?? linesMax }, () => slotMark(id)).join('\n')
  return height === undefined ? (
    <Box flexGrow={1} flexShrink={1} flexBasis={0} overflow="hidden">
      <Text>{marks}</Text>
    </Box>
  ) : (
    <Box height={height} flexShrink={0}>
      <Text>{marks}</Text>
    </Box>
  )
}
