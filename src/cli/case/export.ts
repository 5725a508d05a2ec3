import { hostname, userInfo } from 'node:os'
import type { CaseMeta } from '../../export/case/finish-case.ts'
import { writeCase, type WrittenCase } from '../../export/case/write-case.ts'
import { limits } from '../../model/limits.ts'
import type { HostTime } from '../../model/quantity.ts'
import { isoTime } from '../../model/vocabulary.ts'
import type { Asking, RecordQuestion } from '../../query/asking.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import { noLimits } from '../../query/question.ts'
import { formatQuantity } from '../../ui/text/units.ts'
import type { Arguments } from '../arguments.ts'
import { exitCode } from '../exit-code.ts'
import { invokingUser } from '../invoking-user.ts'
import { askedAt, askedHosts } from '../query/answering.ts'
import { askedBasics } from '../query/asked-question.ts'
import { progressLine } from '../query/progress-line.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'
import { casePieces } from './case-pieces.ts'
import { caseWriter } from './case-writer.ts'
import { sendIpfix } from './send-ipfix.ts'
import { caseSummary, whatIsMissing } from './case-summary.ts'

type Options = Arguments['options']

/** `e2etop export`: the flows that are asked for, of log and live, as a case file or to a collector. */
export async function exportFlows(request: Arguments): Promise<number> {
  const { operands, options } = request
  const at = askedAt()
  const { where, range } = askedBasics(options, at)
  const question: RecordQuestion = { ...(where && { where }), range, budget: noLimits }
  const [path] = operands
  if (options.has('ipfix')) {
    if (path !== undefined) throw new UsageError('--ipfix takes the place of CASE')
    return sendIpfix(request, { question, at })
  }
  if (path === undefined) throw new UsageError('export needs CASE: the file to write')
  return exportCase(path, options, { question, at })
}

interface Asked {
  readonly question: RecordQuestion
  readonly at: HostTime
}

async function exportCase(
  path: string,
  options: Options,
  { question, at }: Asked,
): Promise<number> {
  const notes = notesOf(options)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort(new Interrupted()))
  const progress = progressLine(process.stderr)
  const begun = performance.now()
  let asking: Asking | undefined
  try {
    asking = await askedHosts(options)
    const written = await writeCase({
      file: {
        path,
        force: options.has('force'),
        ...caseWriter,
        owner: invokingUser(process.env),
      },
      pieces: casePieces(asking, {
        question: { ...question, withFiles: true },
        at,
        stop: stop.signal,
      }),
      meta: () => metaOf(question, { at, notes }),
      signKey: options.get('sign-key'),
      progress: (rows, bytes) =>
        progress.show(() => writingProgress(rows, bytes, performance.now() - begun)),
    })
    progress.clear()
    return reported(path, written)
  } catch (error) {
    progress.clear()
    if (!(error instanceof Interrupted)) throw error
    process.stderr.write(`e2etop: interrupted: ${path} was not written\n`)
    return exitCode.interrupted
  } finally {
    asking?.close()
  }
}

class Interrupted extends Error {}

function notesOf(options: Options): string {
  const notes = options.get('notes') ?? ''
  if (notes.length > limits.notesLength)
    throw new UsageError(`--notes takes at most ${limits.notesLength} characters`)
  return notes
}

const writingProgress = (rows: number, bytes: number, ms: number) =>
  `${formatQuantity(rows)} records, ${formatQuantity(bytes)}B written, ${formatQuantity((rows / ms) * 1000)} records/s`

function reported(path: string, written: WrittenCase): number {
  process.stdout.write(caseSummary(path, written))
  const missing = whatIsMissing(written)
  for (const line of missing) process.stderr.write(`e2etop: ${line}\n`)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}

function metaOf(
  { where, range }: RecordQuestion,
  { at, notes }: { readonly at: HostTime; readonly notes: string },
): CaseMeta {
  return {
    asked_at: isoTime(at) ?? '',
    asked_by: invokingUser(process.env)?.name ?? userInfo().username,
    asked_on: hostname(),
    finished_at: new Date().toISOString(),
    notes,
    since: isoTime(range.from) ?? '',
    until: isoTime(Math.min(range.to, at)) ?? '',
    version,
    where: where ? formatFilter(where) : '',
  }
}
