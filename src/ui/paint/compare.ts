import type { Change, Comparison } from '../store/comparison.ts'
import { fitCells, wrapCells } from '../text/cells.ts'
import { formatMoment, formatQuantity, formatTimeOfDay } from '../text/units.ts'
import type { Paint, Role } from '../theme/theme.ts'

const signs: Record<Change, string> = {
  new: '+ new',
  gone: '× gone',
  grown: '▲ grown',
  shrunk: '▼ shrunk',
  same: '  same',
}
const roles: Record<Change, Role> = {
  new: 'state',
  gone: 'ended',
  grown: 'tx',
  shrunk: 'rx',
  same: 'dim',
}
/** Of the four columns of amounts, each with the space before it. */
const amountCells = 9
const signCells = 9

/** Two windows of the past beside each other, what changed most first. */
export function compareLines(
  comparison: Comparison | undefined,
  columns: number,
  paint: Paint,
): readonly string[] {
  if (!comparison) return ['', '   Reading both times ...']
  const { view, before, after, groups, missing } = comparison
  const span = ({ from, to }: Comparison['before']) =>
    `${formatMoment(from)} to ${formatTimeOfDay(to)}`
  const nameCells = Math.max(16, columns - 3 - signCells - 4 * amountCells)
  const amounts = (texts: readonly string[]) =>
    texts.map((text) => text.padStart(amountCells)).join('')
  return [
    paint('title', ` By ${view.one}, bytes sent and received`),
    `   before  ${span(before)}`,
    `   after   ${span(after)}`,
    ...missing.flatMap((text) =>
      wrapCells(text, columns - 4).map(
        (line, i) => `${i === 0 ? paint('warning', ' ! ') : '   '}${line}`,
      ),
    ),
    '',
    paint(
      'columns',
      ` ${fitCells('', signCells, 'left')} ${fitCells(view.one.toUpperCase(), nameCells, 'left')}${amounts(['BEFORE', 'AFTER', 'CHANGE', 'TIMES'])}`,
    ),
    ...groups.map(({ names, before: was, after: is, change }) => {
      const name = names.filter((one) => one !== '-').join(' of ')
      const difference = `${is >= was ? '+' : '-'}${formatQuantity(Math.abs(is - was))}`
      const times = was > 0 && is > 0 ? `x${(is / was).toPrecision(2)}` : ''
      return (
        ` ${paint(roles[change], fitCells(signs[change], signCells, 'left'))} ` +
        fitCells(name, nameCells, 'left') +
        amounts([formatQuantity(was), formatQuantity(is), difference, times])
      )
    }),
    ...(groups.length === 0 ? ['   Nothing was recorded in either.'] : []),
  ]
}
