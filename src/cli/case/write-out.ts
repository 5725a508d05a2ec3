import type { CaseMeta } from '../../export/case/finish-case.ts'
import { writeCase, type CasePieces, type WrittenCase } from '../../export/case/write-case.ts'
import type { Asking } from '../../query/asking.ts'
import { formatQuantity } from '../../ui/text/units.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { invokingUser } from '../invoking-user.ts'
import { askedHosts } from '../query/answering.ts'
import { progressLine } from '../query/progress-line.ts'
import { caseWriter } from './case-writer.ts'
import { caseSummary, whatIsMissing } from './case-summary.ts'

export interface CaseOrder {
  readonly path: string
  /** Replace a file that is there. */
  readonly force: boolean
  readonly pieces: (asking: Asking, stop: AbortSignal) => CasePieces
  readonly meta: () => CaseMeta
}

/** Writes a case of the hosts of the options, says what became of it, and gives the exit code. */
export async function writeOut(options: Arguments['options'], order: CaseOrder): Promise<number> {
  const { path, force, meta } = order
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort(new Interrupted()))
  const progress = progressLine(process.stderr)
  const begun = performance.now()
  let asking: Asking | undefined
  try {
    asking = await askedHosts(options)
    const written = await writeCase({
      file: { path, force, ...caseWriter, owner: invokingUser(process.env) },
      pieces: order.pieces(asking, stop.signal),
      meta,
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

const writingProgress = (rows: number, bytes: number, ms: number) =>
  `${formatQuantity(rows)} records, ${formatQuantity(bytes)}B written, ${formatQuantity((rows / ms) * 1000)} records/s`

function reported(path: string, written: WrittenCase): number {
  process.stdout.write(caseSummary(path, written))
  const missing = whatIsMissing(written)
  for (const line of missing) process.stderr.write(`e2etop: ${line}\n`)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}
