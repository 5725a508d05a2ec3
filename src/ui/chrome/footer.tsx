import { Box, Text } from 'ink'
import { commandList, keyLabel, type KeyContext } from '../keys/commands.ts'
import type { Paint } from '../theme/theme.ts'

interface FooterProps {
  readonly context: KeyContext
  readonly columns: number
  readonly paint: Paint
}

/** The keys worth knowing here, as many as one line holds. */
export function Footer({ context, columns, paint }: FooterProps) {
  const hints = commandList
    .filter(([, { hint, contexts }]) => hint !== undefined && contexts.includes(context))
    .map(([, { hint, keys }]) => ({ key: keyLabel(keys[0]), hint }))
  let used = 1
  const fitting = hints.filter(({ key, hint }) => {
    used += key.length + (hint?.length ?? 0) + 3
    return used <= columns
  })
  const line = fitting.map(({ key, hint }) => `${paint('key', key)} ${paint('dim', hint ?? '')}`)
  return (
    <Box height={1} flexShrink={0}>
      <Text>{` ${line.join('  ')}`}</Text>
    </Box>
  )
}
