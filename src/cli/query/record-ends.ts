import type { RecordQuestion, SilentHost } from '../../query/asking.ts'
import type { HostCoverage } from '../../query/partial-answer.ts'
import { whereaboutsToldHere } from '../../query/whereabouts.ts'
import { statusLines } from './answer-json.ts'
import type { Answering } from './answering.ts'
import { explainCoverage } from './give-answer.ts'
import { nothingMatched } from './legend.ts'

/** What hosts say at the end of their records, and how many records there were. */
export class RecordEnds {
  records = 0
  readonly coverage: HostCoverage[] = []
  readonly silent: SilentHost[] = []
}

/** Says what an answer rests on, and gives the exit code. */
export function finish(
  question: RecordQuestion,
  { coverage, silent, records }: RecordEnds,
  given: Answering,
  { withWhereabouts = false }: { readonly withWhereabouts?: boolean } = {},
): number {
  const asked = { ...question, booking: 'at end' } as const
  const { at, since } = given
  const whereabouts = withWhereabouts ? whereaboutsToldHere() : undefined
  const status = { asked, at, since, coverage, silent, whereabouts }
  if (given.format === 'json') given.print(statusLines(status, given.asking.states()))
  return explainCoverage(given, status, records === 0 ? nothingMatched(question, coverage) : [])
}
