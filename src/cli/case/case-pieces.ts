import { hostname } from 'node:os'
import type { CaseHost } from '../../export/case/case-writer.ts'
import type { CasePiece, CasePieces } from '../../export/case/write-case.ts'
import type { HostTime } from '../../model/quantity.ts'
import type { RecordPiece, SilentHost } from '../../query/asking.ts'
import type { HostCoverage } from '../../query/partial-answer.ts'
import { shortfalls } from '../../query/shortfalls.ts'
import { hostIdentity } from '../../recorder/host-identity.ts'
import { version } from '../version.ts'

/**
 * What the hosts that were asked give to a case; `at`: when. @throws the reason of `stop` once it is aborted, because an
 * interrupted export leaves no file
 */
export async function* casePieces(
  records: AsyncIterable<RecordPiece>,
  at: HostTime,
  stop: AbortSignal,
): CasePieces {
  const machines = new Map<string, string>()
  for await (const piece of records) {
    stop.throwIfAborted()
    if (piece.kind === 'records') {
      const { host: hostName, by, columns, rows } = piece
      if (by.hostId !== undefined) machines.set(hostName, by.hostId)
      yield { hostName, kind: 'flows', run: by, columns, rows }
    } else if (piece.kind === 'end') {
      const { coverage } = piece
      const { host: hostName, gaps, capture } = coverage
      if (gaps.length > 0) yield { hostName, kind: 'gaps', gaps }
      const host = heardHost(coverage, at, machines.get(hostName))
      yield { hostName, kind: 'end', host, lost: capture?.lost ?? [] }
    } else {
      yield silentPiece(piece.silent, machines.get(piece.silent.host))
    }
  }
}

function heardHost(coverage: HostCoverage, at: HostTime, logOf: string | undefined): CaseHost {
  const { covered, capture } = coverage
  const why = shortfalls(coverage, at)
  const isHere = coverage.host === hostname()
  const here = isHere ? hostIdentity().hostId : undefined
  return {
    // The log of another machine may have been brought here.
    name: isHere && logOf !== undefined && logOf !== here ? logOf : coverage.host,
    machineId: logOf ?? here ?? '',
    state: !covered ? 'missing' : why.length > 0 ? 'partial' : 'whole',
    why: why.join('\n'),
    fromMs: covered ? Math.floor(covered.from) : null,
    toMs: covered ? Math.floor(covered.to) : null,
    clockOffsetMs: isHere ? 0 : null,
    version: isHere ? version : '',
    source: capture?.source ?? '',
    blind: capture?.blind ?? [],
  }
}

/** One that gave nothing, or gave out in mid-stream: `logOf` is known of those. */
function silentPiece({ host, state, why }: SilentHost, logOf: string | undefined): CasePiece {
  return {
    hostName: host,
    kind: 'end',
    host: {
      name: host,
      machineId: logOf ?? '',
      state: logOf === undefined ? 'missing' : 'partial',
      why: `${state}: ${why}`,
      fromMs: null,
      toMs: null,
      clockOffsetMs: null,
      version: '',
      source: '',
      blind: [],
    },
    lost: [],
  }
}
