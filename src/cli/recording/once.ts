import { essentialSights } from '../../model/capture-status.ts'
import { millis, type Millis } from '../../model/quantity.ts'
import type { Answer, Coverage, Session } from '../../query/session.ts'
import { gapSentence, toldGaps } from '../../query/told-gaps.ts'
import { whereaboutsMissing, whereaboutsNotes } from '../../query/whereabouts.ts'
import { exitCode } from '../exit-code.ts'
import { jsonLines } from '../json-lines.ts'
import { flowTable } from './flow-listing.ts'

export type OutputFormat = 'table' | 'json'

export interface OnceOptions {
  readonly look: Millis
  readonly format: OutputFormat
  readonly print: (text: string) => void
  /** For what belongs beside the data: stdout is data only. */
  readonly explain: (line: string) => void
  readonly interrupted: AbortSignal
}

/** A tick may come this much early and still end the look. */
const slackMs = 50

/**
 * Watches for a while, prints every flow seen and what the answer does not cover, and gives the exit code. An
 * interrupt prints what was found so far.
 */
export async function once(session: Session, options: OnceOptions): Promise<number> {
  const answer = await lastAnswer(session, options)
  const text = options.format === 'json' ? jsonLines(answer) : flowTable(answer)
  options.print(text)
  const missing = whatIsMissing(answer.coverage)
  for (const note of whereaboutsNotes(answer.coverage.whereabouts ?? [])) options.explain(note)
  if (options.interrupted.aborted) missing.push('interrupted: the look was shorter than asked for')
  for (const line of missing) options.explain(line)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}

async function lastAnswer(session: Session, options: OnceOptions): Promise<Answer> {
  const { look, interrupted } = options
  let last = await session.ask({ kind: 'flows' })
  const stop = new Promise<undefined>((resolve) => {
    if (interrupted.aborted) resolve(undefined)
    interrupted.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const answers = session.watch({ kind: 'flows' }, millis(0))[Symbol.asyncIterator]()
  for (;;) {
    const next = await Promise.race([answers.next(), stop])
    if (!next || next.done) return last
    last = next.value
    const { from, to, stale } = last.coverage
    if (stale !== undefined || to - from >= look - slackMs) return last
  }
}

/** One line for each reason why the answer may be short of the truth. */
export function whatIsMissing(coverage: Coverage): string[] {
  const { capture, stale, flowsLetGo, filter, gaps, whereabouts } = coverage
  const untested = filter?.flowsUntested ?? 0
  const isWhole = essentialSights.every((sight) => capture.sees.includes(sight))
  return [
    ...(stale === undefined ? [] : [`stale: ${stale}`]),
    ...whereaboutsMissing(whereabouts ?? []),
    ...(flowsLetGo > 0 ? [`${flowsLetGo} ended flows did not fit and are not listed`] : []),
    ...(untested > 0
      ? [`${untested} ended flows did not fit and were not tested by the filter`]
      : []),
    ...toldGaps(gaps).map(gapSentence),
    ...capture.lost.map(({ reason, count }) => `lost: ${count} (${reason})`),
    ...(isWhole ? [] : capture.blind),
  ]
}
