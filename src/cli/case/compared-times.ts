import type { ContainedHost } from '../../export/case/case-contents.ts'
import { isoTime } from '../../model/vocabulary.ts'
import type { TimeRange } from '../../query/question.ts'
import { formatDuration } from '../../ui/text/units.ts'

/** One of two cases that are compared. */
export interface ComparedCase {
  readonly path: string
  readonly time: TimeRange
  readonly hosts: readonly Pick<ContainedHost, 'name'>[]
}

/** By this part two lengths of time may differ before bytes cannot be compared. */
const lengthDiffers = 0.1

/** What makes a difference that is none of the traffic, a sentence each: other times, and other hosts. */
export function comparedNotes(before: ComparedCase, after: ComparedCase): readonly string[] {
  return [...timeNotes(before, after), ...onlyIn(before, after), ...onlyIn(after, before)]
}

function timeNotes(before: ComparedCase, after: ComparedCase): readonly string[] {
  const [first, second] = [before.time, after.time]
  const both = `${before.path} is of ${textOf(first)}, ${after.path} of ${textOf(second)}`
  const isApart = first.to <= second.from || second.to <= first.from
  const [a, b] = [lengthOf(first), lengthOf(second)]
  const isLonger = Math.abs(a - b) > lengthDiffers * Math.max(a, b)
  const notes = [
    ...(isApart ? ['no time is in both'] : []),
    ...(isLonger ? ['their lengths differ, and so do their bytes'] : []),
    ...(second.from < first.from && second.to <= first.to
      ? [`${after.path} is the earlier one: what is new there is gone later`]
      : []),
  ]
  return notes.length > 0 ? [`${both}: ${notes.join('; ')}`] : []
}

const lengthOf = ({ from, to }: TimeRange) => to - from
const textOf = (time: TimeRange) =>
  `${isoTime(time.from)} to ${isoTime(time.to)} (${formatDuration(lengthOf(time))})`

function onlyIn(one: ComparedCase, other: ComparedCase): readonly string[] {
  const known = new Set(other.hosts.map(({ name }) => name))
  const only = one.hosts.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  return only.length > 0 ? [`only ${one.path} has ${only.join(', ')}`] : []
}
