import type { CaseHost } from '../../export/case/case-writer.ts'
import type { HostPiece, HostPieces } from '../../export/case/write-case.ts'
import type { QuestionSources } from '../../host/question-sources.ts'
import { readRecords, type RecordQuestion } from '../../host/read-records.ts'
import { hostIdentity } from '../../recorder/host-identity.ts'
import { version } from '../version.ts'
import { hostState } from './export-coverage.ts'

/** What this host gives to a case. @throws LogError where its log cannot be read at all */
export async function* hostPieces(question: RecordQuestion, sources: QuestionSources): HostPieces {
  const here = hostIdentity().hostId
  let hostId: string | undefined
  for await (const piece of readRecords(question, sources)) {
    if (piece.kind === 'records') {
      const { by, columns, rows } = piece
      hostId ??= by.hostId
      yield { kind: 'flows', run: by, columns, rows }
    } else {
      const { coverage } = piece
      if (coverage.gaps.length > 0) yield { kind: 'gaps', gaps: coverage.gaps }
      const host: CaseHost = {
        ...hostState(coverage, sources.live),
        // The log of another machine, brought here.
        name: hostId === undefined || hostId === here ? coverage.host : hostId,
        machineId: hostId ?? here,
        clockOffsetMs: 0,
        version,
      }
      yield { kind: 'end', host, lost: coverage.capture?.lost ?? [] }
    }
  }
}

/** The same pieces, until someone says stop: then nothing more, and an error. @throws the signal's reason */
export async function* interruptible(pieces: HostPieces, stop: AbortSignal): HostPieces {
  for await (const piece of pieces) {
    stop.throwIfAborted()
    yield piece satisfies HostPiece
  }
}
