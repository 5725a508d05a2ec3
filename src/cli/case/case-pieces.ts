import { hostname } from 'node:os'
import type { CaseHost } from '../../export/case/case-writer.ts'
import type { CasePiece } from '../../export/case/write-case.ts'
import { millis, type HostTime } from '../../model/quantity.ts'
import type {
  Asking,
  HostState,
  RecordPiece,
  RecordQuestion,
  SilentHost,
} from '../../query/asking.ts'
import type { HostCoverage } from '../../query/partial-answer.ts'
import { shortfalls } from '../../query/shortfalls.ts'
import type { WhereaboutsTold } from '../../query/whereabouts.ts'
import { hostIdentity } from '../../recorder/host-identity.ts'
import { version } from '../version.ts'

export interface CaseAsked {
  readonly question: RecordQuestion
  /** When. */
  readonly at: HostTime
  readonly stop: AbortSignal
  /** Called with what each host says of countries and AS, where the question is about them. */
  readonly onWhereabouts?: (told: WhereaboutsTold) => void
}

/**
 * What the hosts that are asked give to a case. @throws the reason of `stop` once it is aborted, because an interrupted
 * export leaves no file
 */
export async function* casePieces(
  asking: Asking,
  { question, at, stop, onWhereabouts }: CaseAsked,
): AsyncGenerator<CasePiece> {
  const machines = new Map<string, string>()
  const ends: Exclude<RecordPiece, { readonly kind: 'records' }>[] = []
  for await (const piece of asking.records(
    { ...question, withFiles: true },
    { interrupted: stop },
  )) {
    stop.throwIfAborted()
    if (piece.kind === 'records') {
      const { host: hostName, by, columns, rows } = piece
      if (by.hostId !== undefined) machines.set(hostName, by.hostId)
      yield { hostName, kind: 'flows', run: by, columns, rows }
    } else ends.push(piece)
  }
  // Only now it is known which e2etop each host has, and how far off its clock is.
  const states = new Map(asking.states().map((state) => [state.host, state]))
  for (const piece of ends) {
    if (piece.kind === 'silent') {
      const { host } = piece.silent
      yield silentPiece(piece.silent, machines.get(host))
      continue
    }
    const { coverage, files } = piece
    const { host: hostName, gaps, capture, whereabouts } = coverage
    if (whereabouts) onWhereabouts?.(whereabouts)
    for (const { name: file, bytes, sha256 } of files)
      yield { hostName, kind: 'segment', file, bytes, sha256 }
    if (gaps.length > 0) yield { hostName, kind: 'gaps', gaps }
    const state = states.get(hostName) ?? ownState(hostName)
    const host = heardHost({ coverage, at, logOf: machines.get(hostName), state })
    yield { hostName, kind: 'end', host, lost: capture?.lost ?? [] }
  }
}

/** Of this host, which answers without a fleet. */
const ownState = (host: string): HostState => ({
  host,
  state: 'answered',
  why: '',
  version,
  clock: { offset: millis(0), error: millis(0) },
})

interface Heard {
  readonly coverage: HostCoverage
  readonly at: HostTime
  /** The machine whose log it is. */
  readonly logOf: string | undefined
  readonly state: HostState
}

function heardHost({ coverage, at, logOf, state }: Heard): CaseHost {
  const { host, covered, capture } = coverage
  const why = shortfalls(coverage, at)
  const isHere = host === hostname()
  const here = isHere ? hostIdentity().hostId : undefined
  return {
    // The log of another machine may have been brought here.
    name: isHere && logOf !== undefined && logOf !== here ? logOf : host,
    machineId: logOf ?? here ?? '',
    state: !covered ? 'missing' : why.length > 0 ? 'partial' : 'whole',
    why: why.join('\n'),
    fromMs: covered ? Math.floor(covered.from) : null,
    toMs: covered ? Math.floor(covered.to) : null,
    clockOffsetMs: state.clock ? Math.round(state.clock.offset) : null,
    version: state.version ?? '',
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
