import { caseContents, type CaseContents } from '../../export/case/case-contents.ts'
import type { CaseMeta } from '../../export/case/finish-case.ts'
import { openCase, type ReadCase } from '../../export/case/read-case.ts'
import { storedMeta, storedPieces } from '../../export/case/stored-pieces.ts'
import { verifyCase } from '../../export/case/verify-case.ts'
import type { CasePiece, CasePieces } from '../../export/case/write-case.ts'
import { ExportError } from '../../export/export-error.ts'
import { hostTime } from '../../model/quantity.ts'
import type { RecordQuestion } from '../../query/asking.ts'
import { noLimits } from '../../query/question.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { askedAt } from '../query/answering.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { parseWhere } from '../command-line/where.ts'
import { askedBy } from './asked-by.ts'
import { casePieces } from './case-pieces.ts'
import { writeOut } from './write-out.ts'

/** What the case itself says. */
const saidByTheCase = ['where', 'since', 'until', 'hosts', 'notes', 'force'] as const

/**
 * `export --continue CASE`: asks the hosts anew that gave nothing, or gave out, what the case was made of, and writes all
 * of it in place of the case. @throws ExportError for a case that was altered: a new seal would hide it
 */
export async function continueCase(options: Arguments['options']): Promise<number> {
  for (const name of saidByTheCase)
    if (options.has(name))
      throw new UsageError(`--continue asks what the case says; leave out --${name}`)
  const path = options.get('continue')!
  const file = await openCase(path)
  const { database } = file
  try {
    refuseAltered(path, file)
    const contents = caseContents(database)
    const missing = contents.hosts.filter(gaveOut)
    if (missing.length === 0) {
      process.stdout.write(`${path} has all its hosts\n`)
      return exitCode.ok
    }
    const kept = new Set(contents.hosts.filter((host) => !gaveOut(host)).map(({ id }) => id))
    const question = questionOf(storedMeta(database))
    const at = askedAt()
    return await writeOut(
      new Map(options).set('hosts', missing.map(({ name }) => name).join(',')),
      {
        path,
        force: true,
        pieces: (asking, stop) =>
          both(storedPieces(file, kept), casePieces(asking, { question, at, stop })),
        meta: () => ({
          ...storedMeta(database),
          continued_at: new Date(at).toISOString(),
          continued_by: askedBy(),
        }),
      },
    )
  } finally {
    file.close()
  }
}

/** It gave nothing, or nobody knows of which time its rows are. */
const gaveOut = ({ state, fromMs }: CaseContents['hosts'][number]) =>
  state === 'missing' || fromMs === undefined

function refuseAltered(path: string, file: ReadCase): void {
  const [altered] = verifyCase(file)
  if (altered)
    throw new ExportError(
      'altered',
      `${path} is not as it was written: ${altered.where} ${altered.what}`,
      {
        next: 'See `e2etop verify`, and export anew.',
      },
    )
}

function questionOf(meta: CaseMeta): RecordQuestion {
  const time = (key: string) => hostTime(Date.parse(meta[key] ?? ''))
  const where = parseWhere(meta['where'] || undefined)
  return {
    ...(where && { where }),
    range: { from: time('since'), to: time('until') },
    budget: noLimits,
  }
}

async function* both(first: CasePieces, second: CasePieces): AsyncGenerator<CasePiece> {
  yield* first
  yield* second
}
