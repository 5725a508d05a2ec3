import { Box, Text } from 'ink'
import { slotMark, type SlotId } from '../terminal/screen.ts'

interface SlotProps {
  readonly id: SlotId
  /** Lines; without it the slot takes what the rest of the chrome leaves, at most `most`. */
  readonly height?: number
  readonly most?: number
}

/** A place whose lines are painted straight to the screen: Ink lays it out and prints a mark a line. */
export function Slot({ id, height, most = 0 }: SlotProps) {
  if (height === 0) return null
  const marks = Array.from({ length: height ?? most }, () => slotMark(id)).join('\n')
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
