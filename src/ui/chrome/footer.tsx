import { Box, Text } from 'ink'
import type { KeyContext } from '../keys/command.ts'
import { keyLabel } from '../keys/key-label.ts'
import type { KeyTable } from '../keys/key-table.ts'
import type { Paint } from '../theme/theme.ts'

interface FooterProps {
  readonly context: KeyContext
  /** Many hosts are watched. */
  readonly isOfMany: boolean
  /** What is typed can be completed. */
  readonly completes: boolean
  readonly keys: KeyTable
  readonly columns: number
  readonly paint: Paint
}

/** The keys worth knowing here, as many as one line holds. */
export function Footer({ columns, paint, ...where }: FooterProps) {
  const hints = hintsThatFit(where, columns - 1)
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
  { context, isOfMany, completes, keys: table }: Omit<FooterProps, 'columns' | 'paint'>,
  columns: number,
): readonly Hint[] {
  const hints: Hint[] = []
  let left = columns
  for (const [name, { hint, keys, contexts, ofMany }] of table.entries) {
    const [key] = keys
    if (hint === undefined || key === undefined || !contexts.includes(context)) continue
    if ((ofMany && !isOfMany) || (name === 'prompt.complete' && !completes)) continue
    const next = { key: keyLabel(key), says: ` ${hint}  ` }
    left -= next.key.length + next.says.length
    if (left < 0) break
    hints.push(next)
  }
  return hints
}
