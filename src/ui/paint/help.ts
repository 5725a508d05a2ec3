import type { CommandGroup } from '../keys/command.ts'
import { keyLabel } from '../keys/key-label.ts'
import type { KeyTable } from '../keys/key-table.ts'
import { lineCommands } from '../prompt/line-commands.ts'
import { fitCells } from '../text/cells.ts'
import type { Paint } from '../theme/theme.ts'
import { flowSigns } from './flow-columns.ts'

/** Sections beside each other where there is room, in this order. */
type Section = CommandGroup | 'Signs' | 'Commands'
const layout: readonly (readonly Section[])[] = [
  ['Views', 'Signs'],
  ['Show', 'Move', 'Program'],
  ['Commands', 'Typing'],
]
const keyCells = 12
/** A column is at least so wide. */
const columnCells = 39

/** What stands in a section: keys or signs, and what they mean. */
type Entry = readonly [sign: string, meaning: string]

function entriesOf(section: Section, { keys, isOfMany }: HelpPage): readonly Entry[] {
  if (section === 'Signs') return flowSigns
  if (section === 'Commands')
    return Object.entries<{ readonly help: string; readonly argument?: string }>(lineCommands).map(
      ([name, { argument, help }]) => [`:${name}${argument ? ` ${argument}` : ''}`, help],
    )
  return keys.entries
    .filter(
      ([, { group, keys, ofMany }]) =>
        group === section && keys.length > 0 && (isOfMany || !ofMany),
    )
    .map(([, { keys, help }]) => [keys.map(keyLabel).join(' '), help])
}

export interface HelpPage {
  readonly version: string
  readonly keys: KeyTable
  /** Only entries with this text are shown. */
  readonly search: string
  readonly isOfMany: boolean
}

/** Every command with its keys, and what the signs in front of rows mean. */
export function helpLines(page: HelpPage, columns: number, paint: Paint): readonly string[] {
  const beside = page.search === '' ? Math.min(layout.length, Math.floor(columns / columnCells)) : 1
  const cells = Math.floor(columns / Math.max(1, beside))
  const stacks = Array.from({ length: Math.max(1, beside) }, (_, i) =>
    layout
      .filter((_, place) => Math.min(place, beside - 1) === i)
      .flat()
      .flatMap((section) => sectionLines(section, page, cells, paint)),
  )
  const height = Math.max(...stacks.map((lines) => lines.length))
  const rows = Array.from({ length: height }, (_, y) =>
    stacks.map((lines) => lines[y] ?? ' '.repeat(cells)).join(''),
  )
  return [` ${paint('title', 'Keys')}   ${paint('dim', `e2etop ${page.version}`)}`, '', ...rows]
}

function sectionLines(
  section: Section,
  page: HelpPage,
  cells: number,
  paint: Paint,
): readonly string[] {
  const wanted = page.search.toLowerCase()
  const entries = entriesOf(section, page).filter((entry) =>
    `${section} ${entry.join(' ')}`.toLowerCase().includes(wanted),
  )
  if (entries.length === 0) return []
  const signCells = Math.max(keyCells, ...entries.map(([sign]) => sign.length))
  const lines = entries.map(
    ([sign, meaning]) =>
      ` ${paint('key', sign.padEnd(signCells))} ${fitCells(meaning, cells - signCells - 3, 'left')} `,
  )
  const heading = ` ${paint('columns', fitCells(section, cells - 1, 'left'))}`
  return [heading, ...lines, ' '.repeat(cells)]
}
