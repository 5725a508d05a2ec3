import { hostname, userInfo } from 'node:os'
import { resolve } from 'node:path'
import type { CaseMeta } from '../../export/case/finish-case.ts'
import { writeCase } from '../../export/case/write-case.ts'
import type { RecordQuestion } from '../../host/read-records.ts'
import { noLimits } from '../../query/question.ts'
import { readDuration } from '../../model/measures.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import { isoTime } from '../../model/vocabulary.ts'
import { formatFilter } from '../../query/filter/format-filter.ts'
import type { Arguments } from '../arguments.ts'
import { exitCode } from '../exit-code.ts'
import { hostSources } from '../host-sources.ts'
import { invokingUser } from '../invoking-user.ts'
import { version } from '../version.ts'
import { parseWhere } from '../where.ts'
import { caseSummary, whatIsMissing } from './case-summary.ts'
import { hostPieces, interruptible } from './host-pieces.ts'
import { ProgressLine } from './progress-line.ts'

type Options = Arguments['options']

/** `e2etop export`: the flows that are asked for, of log and live, as a case file. */
export async function exportCase({ operands, options }: Arguments): Promise<number> {
  const path = resolve(operands[0]!)
  const sources = await hostSources(options)
  const question = recordQuestion(options, sources.at)
  const begun = new Date()
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort(new Interrupted()))
  const progress = new ProgressLine(process.stderr)
  try {
    const written = await writeCase({
      file: {
        path,
        force: options.has('force'),
        writer: process.pid,
        owner: invokingUser(process.env),
      },
      hosts: [interruptible(hostPieces(question, sources), stop.signal)],
      meta: () => metaOf(question, options, begun),
      signKey: options.get('sign-key'),
      progress: (rows, bytes) => progress.show(rows, bytes),
    })
    progress.end()
    process.stdout.write(caseSummary(path, written))
    for (const line of whatIsMissing(written)) process.stderr.write(`e2etop: ${line}\n`)
    return whatIsMissing(written).length > 0 ? exitCode.partial : exitCode.ok
  } catch (error) {
    progress.end()
    if (!(error instanceof Interrupted)) throw error
    process.stderr.write(`e2etop: interrupted; ${path} was not written\n`)
    return exitCode.interrupted
  }
}

class Interrupted extends Error {}

function recordQuestion(options: Options, now: HostTime): RecordQuestion {
  const where = parseWhere(options.get('where'))
  return {
    ...(where && { where }),
    range: {
      from: hostTime(now - (readDuration(options.get('since') ?? '1h') ?? 0)),
      to: hostTime(now + 3_600_000),
    },
    budget: noLimits,
  }
}

function metaOf({ where, range }: RecordQuestion, options: Options, begun: Date): CaseMeta {
  return {
    asked_at: begun.toISOString(),
    asked_by: invokingUser(process.env)?.name ?? userInfo().username,
    asked_on: hostname(),
    finished_at: new Date().toISOString(),
    notes: options.get('notes') ?? '',
    since: isoTime(range.from) ?? '',
    until: isoTime(range.to) ?? '',
    version,
    where: where ? formatFilter(where) : '',
  }
}
