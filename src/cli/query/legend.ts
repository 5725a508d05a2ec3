import type { Measured } from '../../query/aggregate/bounds.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import type { HostCoverage } from '../../query/partial-answer.ts'
import type { Measure, Question } from '../../query/question.ts'
import { markOf, type Mark } from './measure-cells.ts'

const meanings: Readonly<Record<Mark, string>> = {
  '~': '~ is an estimate; --format json gives its bounds',
  '≥': '≥ is at least this: some of it may have stayed on a host among its smaller groups',
}

/** What the marks mean that are in a table: a line each. */
export function legend(
  measures: readonly Measure[],
  lines: Iterable<{ readonly values: readonly Measured[]; readonly certified?: boolean }>,
): readonly string[] {
  const marks = new Set<Mark>()
  let isUncertain = false
  for (const { values, certified } of lines) {
    isUncertain ||= certified === false
    values.forEach((measured, i) => {
      const mark = markOf(measures[i]!, measured)
      if (mark) marks.add(mark)
    })
  }
  return [
    ...[...marks].map((mark) => meanings[mark]),
    ...(isUncertain ? ['? may not belong here: a group without a line may be larger'] : []),
  ]
}

/** What is to be said of an empty answer: nothing where no time is covered, which says itself why it is empty. */
export function nothingMatched(
  { where }: Pick<Question, 'where'>,
  coverage: readonly HostCoverage[],
): readonly string[] {
  if (!coverage.some(({ covered }) => covered)) return []
  return [where ? `no flow matched '${formatFilter(where)}'` : 'no flow was recorded in this time']
}
