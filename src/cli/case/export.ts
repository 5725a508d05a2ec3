import { hostname } from 'node:os'
import type { CaseMeta } from '../../export/case/finish-case.ts'
import { limits } from '../../model/limits.ts'
import type { HostTime } from '../../model/quantity.ts'
import { isoTime } from '../../model/vocabulary.ts'
import type { RecordQuestion } from '../../query/asking.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import { noLimits } from '../../query/question.ts'
import { whereaboutsNotes, type WhereaboutsTold } from '../../query/whereabouts.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { askedAt } from '../query/answering.ts'
import { askedBasics } from '../query/asked-question.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { version } from '../version.ts'
import { askedBy } from './asked-by.ts'
import { casePieces } from './case-pieces.ts'
import { continueCase } from './continue-case.ts'
import { sendIpfix } from './send-ipfix.ts'
import { writeOut } from './write-out.ts'

type Options = Arguments['options']

/** `e2etop export`: the flows that are asked for, of log and live, as a case file or to a collector. */
export function exportFlows(request: Arguments): Promise<number> {
  const { operands, options } = request
  const [path] = operands
  for (const instead of ['continue', 'ipfix'] as const)
    if (options.has(instead) && path !== undefined)
      throw new UsageError(`--${instead} takes the place of CASE`)
  if (options.has('continue')) return continueCase(options)
  const at = askedAt()
  const { where, range } = askedBasics(options, at)
  const question: RecordQuestion = { ...(where && { where }), range, budget: noLimits }
  if (options.has('ipfix')) return sendIpfix(request, { question, at })
  if (path === undefined) throw new UsageError('export needs CASE: the file to write')
  return exportCase(path, options, { question, at })
}

interface Asked {
  readonly question: RecordQuestion
  readonly at: HostTime
}

function exportCase(path: string, options: Options, asked: Asked): Promise<number> {
  const notes = notesOf(options)
  const told: WhereaboutsTold[] = []
  const onWhereabouts = (one: WhereaboutsTold) => void told.push(one)
  return writeOut(options, {
    path,
    force: options.has('force'),
    pieces: (asking, stop) => casePieces(asking, { ...asked, stop, onWhereabouts }),
    meta: () => ({ ...metaOf(asked, notes), ...whereaboutsMeta(told) }),
  })
}

/** Which flows a filter by country or AS has taken depends on the day of the databases. */
function whereaboutsMeta(told: readonly WhereaboutsTold[]): CaseMeta {
  const notes = whereaboutsNotes(told)
  return notes.length > 0 ? { whereabouts: notes.join('\n') } : {}
}

function notesOf(options: Options): string {
  const notes = options.get('notes') ?? ''
  if (notes.length > limits.notesLength)
    throw new UsageError(`--notes takes at most ${limits.notesLength} characters`)
  return notes
}

function metaOf({ question, at }: Asked, notes: string): CaseMeta {
  const { where, range } = question
  return {
    asked_at: isoTime(at) ?? '',
    asked_by: askedBy(),
    asked_on: hostname(),
    finished_at: new Date().toISOString(),
    notes,
    since: isoTime(range.from) ?? '',
    until: isoTime(Math.min(range.to, at)) ?? '',
    version,
    where: where ? formatFilter(where) : '',
  }
}
