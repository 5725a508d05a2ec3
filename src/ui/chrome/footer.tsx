import { Box, Text } from 'ink'
import type { KeyContext } from '../keys/command.ts'
import { keyLabel } from '../keys/key-label.ts'
import type { KeyTable } from '../keys/key-table.ts'
import type { Paint } from '../theme/theme.ts'

interface FooterProps {
  readonly context: KeyContext
  readonly completes: boolean
  readonly keys: KeyTable
  readonly columns: number
  readonly paint: Paint
}

/** The keys worth knowing here, as many as one line holds. */
export function Footer({ context, completes, keys, columns, paint }: FooterProps) {
  const useful = keys.entries.filter(([name]) => completes || name !== 'prompt.complete')
  const hints = hintsThatFit(context, useful, columns - 1)
  return (
    <Box height={1} flexShrink={0}>
      <Text>
        {' ' + hints.map((hint) => paint('key', hint.key) + paint('dim', hint.says)).join('')}
      </Text>
    </Box>
  )
}

interface Hint {
  readonly key: string
  readonly says: string
}

function hintsThatFit(
  context: KeyContext,
  entries: KeyTable['entries'],
  columns: number,
): readonly Hint[] {
  const hints: Hint[] = []
  let left = columns
  for (const [, { hint, keys, contexts }] of entries) {
    const [key] = keys
    if (hint === undefined || key === undefined || !contexts.includes(context)) continue
    const next = { key: keyLabel(key), says: ` ${hint}  ` }
    left -= next.key.length + next.says.length
    if (left < 0) break
    hints.push(next)
  }
  return hints
}
