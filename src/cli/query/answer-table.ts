import { asText } from '../../model/whereabouts/known-whereabouts.ts'
import { addsUp } from '../../query/aggregate/merge-partials.ts'
import type { Measured } from '../../query/aggregate/bounds.ts'
import type { FinalAnswer } from '../../query/aggregate/finalise.ts'
import type { GroupValue } from '../../query/group-name.ts'
import type { GroupKey, Measure, Question } from '../../query/question.ts'
import { groupKeyName } from '../../query/words/group-words.ts'
import { bar, formatShare } from '../../ui/text/bars.ts'
import { fittedTable, type FittedColumn } from './fitted-table.ts'
import { measureCell, measureTitle } from './measure-cells.ts'

/** A line of the table: a group, or what stands below them. */
interface Line {
  readonly key: readonly string[]
  readonly values: readonly Measured[]
  /** Undefined below the groups. */
  readonly certified: boolean | undefined
}

const barCells = 10

/** The groups of an answer, what the others hold together, and the total, for eyes. */
export function answerTable(question: Question, answer: FinalAnswer, width: number): string {
  const { by, measures } = question
  const columns: FittedColumn<Line>[] = [
    ...by.map((key, i): FittedColumn<Line> => ({
      ...keyColumn(key),
      align: i > 0 && isNumber(answer, i) && !isAs(key) ? 'right' : 'left',
      cell: (line) => line.key[i] ?? '',
    })),
    ...measures.map((measure, i): FittedColumn<Line> => ({
      title: measureTitle(measure),
      align: 'right',
      cell: ({ values }) => measureCell(measure, values[i]!),
    })),
    shareColumn(measures[0]!, answer),
  ]
  return fittedTable(columns, linesOf(question, answer), width)
}

const paths: readonly string[] = ['exe', 'cgroup', 'container']

/** The title of a key's column, and how it may be cut: half an address is none. */
export const keyColumn = (key: GroupKey) => ({
  title: groupKeyName(key).replaceAll('_', ' ').toUpperCase(),
  ...(/_(ip|net)$/.test(groupKeyName(key)) ? {} : { widthMin: 10 }),
  isPath: paths.includes(groupKeyName(key)),
})

const isNumber = ({ rows }: FinalAnswer, i: number) =>
  [...rows].some(({ key }) => typeof key[i] === 'number')

/** A group's value of a key; `-` where it is not known, or not there. */
export function valueText(key: GroupKey, value: GroupValue): string {
  if (value === null) return '-'
  if (isAs(key) && typeof value === 'number') return asText(value)
  return String(value)
}

const isAs = (key: GroupKey) => key.kind === 'field' && key.field === 'remote_as'

function linesOf({ by }: Question, answer: FinalAnswer): readonly Line[] {
  const { rows } = answer
  const below = linesBelow(answer, rows.length)
  return [
    ...Array.from(rows, ({ key, values, certified }) => ({
      key: key.map((value, i) => valueText(by[i]!, value)),
      values,
      certified,
    })),
    ...below.map(({ name, values }) => ({ key: [name], values, certified: undefined })),
  ]
}

/** What the groups without a line have together, and what all have where that is something else. */
export function linesBelow({ rest, total }: FinalAnswer, lines: number) {
  const others = rest && (rest.groups === 1 ? '1 other' : `${rest.groups} others`)
  return [
    ...(rest ? [{ name: others!, values: rest.values }] : []),
    ...(lines === 1 && !rest ? [] : [{ name: 'total', values: total }]),
  ]
}

/** Of the total where parts add up to it, else of the largest. */
function shareColumn(measure: Measure, { rows, total }: FinalAnswer): FittedColumn<Line> {
  const first = (values: readonly Measured[]) => values[0]?.value ?? 0
  const isPart = addsUp(measure) && measure.kind !== 'distinct'
  const whole = isPart
    ? first(total)
    : Math.max(0, ...Array.from(rows, ({ values }) => first(values)))
  return {
    title: isPart ? 'SHARE' : '',
    align: 'left',
    dropOrder: 1,
    cell({ values, certified }) {
      if (certified === undefined || whole === 0) return ''
      const share = first(values) / whole
      const drawn = bar(share, barCells)
      return `${isPart ? `${formatShare(share)} ` : ''}${drawn}${certified ? '' : ' ?'}`
    },
  }
}
