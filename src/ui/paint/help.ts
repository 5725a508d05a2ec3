import { commandList, keyLabel, type CommandGroup } from '../keys/commands.ts'
import { fitCells } from '../text/cells.ts'
import type { Paint } from '../theme/theme.ts'
import { flowSigns } from './flow-columns.ts'

/** Sections beside each other where there is room, in this order. */
const layout: readonly (readonly (CommandGroup | 'Signs')[])[] = [
  ['Views', 'Signs'],
  ['Show', 'Move'],
  ['Program', 'Typing'],
]
const keyCells = 12
const columnCells = 39

/** What stands in a section: keys or signs, and what they mean. */
type Entry = readonly [sign: string, meaning: string]

const entriesOf = (section: CommandGroup | 'Signs'): readonly Entry[] =>
  section === 'Signs'
    ? flowSigns
    : commandList
        .filter(([, { group }]) => group === section)
        .map(([, { keys, help }]) => [keys.map(keyLabel).join(' '), help])

/** Every command with its keys, and what the signs in front of rows mean. */
export function helpLines(version: string, columns: number, paint: Paint): readonly string[] {
  const beside = Math.max(1, Math.min(layout.length, Math.floor(columns / columnCells)))
  const stacks = Array.from({ length: beside }, (_, i) =>
    layout
      .filter((_, place) => Math.min(place, beside - 1) === i)
      .flat()
      .flatMap((section) => sectionLines(section, paint)),
  )
  const height = Math.max(...stacks.map((lines) => lines.length))
  const rows = Array.from({ length: height }, (_, y) =>
    stacks.map((lines) => lines[y] ?? ' '.repeat(columnCells)).join(''),
  )
  return [` ${paint('title', 'Keys')}   ${paint('dim', `e2etop ${version}`)}`, '', ...rows]
}

function sectionLines(section: CommandGroup | 'Signs', paint: Paint): readonly string[] {
  const lines = entriesOf(section).map(([sign, meaning]) => {
    const cells = Math.max(keyCells, sign.length)
    const rest = columnCells - cells - 3
    return ` ${paint('key', sign.padEnd(cells))} ${fitCells(meaning, rest, 'left')} `
  })
  const heading = ` ${paint('columns', fitCells(section, columnCells - 1, 'left'))}`
  return [heading, ...lines, ' '.repeat(columnCells)]
}
