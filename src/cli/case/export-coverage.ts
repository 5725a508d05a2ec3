import type { CaseHost } from '../../export/case/case-writer.ts'
import { essentialSights } from '../../model/capture-status.ts'
import { isoTime } from '../../model/vocabulary.ts'
import type { HostCoverage } from '../../query/partial-answer.ts'
import type { QuestionSources } from '../../host/question-sources.ts'

/** What a case says of how whole a host's part is. */
export type HostState = Pick<CaseHost, 'state' | 'why' | 'fromMs' | 'toMs' | 'source' | 'blind'>

/** A host that has answered. */
export function hostState(coverage: HostCoverage, live: QuestionSources['live']): HostState {
  const { covered, capture } = coverage
  const reasons = whyNotWhole(coverage, live)
  return {
    state: !covered ? 'missing' : reasons.length > 0 ? 'partial' : 'whole',
    why: reasons.join('\n'),
    fromMs: covered ? Math.floor(covered.from) : null,
    toMs: covered ? Math.floor(covered.to) : null,
    source: capture?.source ?? '',
    blind: capture?.blind ?? [],
  }
}

/** One line for each reason why its flows may not be all that there were. */
function whyNotWhole(
  { asked, covered, gaps, capture, stoppedAt }: HostCoverage,
  live: QuestionSources['live'],
): string[] {
  if (!covered) return ['it has nothing of that time']
  const isWhole = essentialSights.every((sight) => capture?.sees.includes(sight) ?? true)
  return [
    // Who asks from the beginning gets all that there is.
    ...(asked.from > 0 && covered.from > asked.from
      ? [`its flows begin at ${isoTime(covered.from)}`]
      : []),
    ...(stoppedAt ? [`stopped at ${isoTime(covered.to)}: ${stoppedAt}`] : []),
    ...(live === 'unheard'
      ? ['its recorder could not be heard: what it has not yet written is missing']
      : []),
    ...gaps.map(
      ({ from, to, reason }) => `not whole from ${isoTime(from)} to ${isoTime(to)}: ${reason}`,
    ),
    ...(capture?.lost ?? []).map(({ reason, count }) => `lost: ${count} (${reason})`),
    ...(isWhole ? [] : (capture?.blind ?? [])),
  ]
}
