import type { CaptureStatus } from '../../model/capture-status.ts'
import { columnsOfFlows } from '../../model/columns-of-flows.ts'
import type { FlowRecord } from '../../model/flow.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { RecordPiece, RecordQuestion } from '../../query/asking.ts'
import type { HostCoverage, PartialAnswer } from '../../query/partial-answer.ts'
import type { Question, TimeRange } from '../../query/question.ts'
import { columnFilter } from '../../query/run/column-filter.ts'
import { QuestionRun } from '../../query/run/question-run.ts'
import { allRows } from '../../query/run/selection.ts'
import { whereaboutsTold, type AskedWhereabouts } from '../../query/whereabouts.ts'
import type { SshConnection } from '../ssh/connect-outcome.ts'
import { parseSs, ssCommand } from './parse-ss.ts'

/** The sockets that are open on a host without e2etop; undefined where it has no `ss`, or does not say in time. */
export async function listSockets(
  connection: SshConnection,
  at: HostTime,
): Promise<readonly FlowRecord[] | undefined> {
  const run = await connection.run(ssCommand)
  if (run.kind === 'failed') return undefined
  const { link } = run
  let text = ''
  const late = setTimeout(() => link.close(), fleetLimits.fleetOpenMs)
  link.fromHost.setEncoding('utf8')
  link.fromHost.on('data', (piece: string) => {
    text += piece
    if (text.length > fleetLimits.ssLengthMax) link.close()
  })
  const { exitCode } = await link.ended
  clearTimeout(late)
  return exitCode === 0 && text.length <= fleetLimits.ssLengthMax ? parseSs(text, at) : undefined
}

/** The answer of a host whose open sockets are all that is known of it. */
export function answerOfSockets(
  question: Question,
  host: string,
  { flows, at }: OpenSockets,
): PartialAnswer {
  const run = new QuestionRun(question, host)
  for (const columns of columnsOfFlows(flows)) run.add({ columns, run: 0, rows: columns.rows })
  return run.answer([coverageOf(question, host, { flows, at })])
}

/** The same as records. */
export function recordsOfSockets(
  question: RecordQuestion,
  host: string,
  sockets: OpenSockets,
): readonly RecordPiece[] {
  const by = { hostId: undefined, bootId: '0'.repeat(32), stream: 0 }
  const filter = question.where && columnFilter(question.where)
  const pieces = Array.from(columnsOfFlows(sockets.flows), (columns): RecordPiece => {
    const all = allRows(columns.rows)
    return {
      kind: 'records',
      host,
      by,
      columns,
      rows: filter ? filter.matching(columns, all) : all,
    }
  })
  return [...pieces, { kind: 'end', coverage: coverageOf(question, host, sockets), files: [] }]
}

export interface OpenSockets {
  readonly flows: readonly FlowRecord[]
  /** When they were listed. */
  readonly at: HostTime
}

/** True where sockets of that moment can say anything about the time in question. */
export const isAbout = ({ from, to }: TimeRange, at: HostTime): boolean => at >= from && at < to

const coverageOf = (
  question: Pick<Question, 'range'> & AskedWhereabouts,
  host: string,
  { flows, at }: OpenSockets,
): HostCoverage => ({
  host,
  asked: question.range,
  covered: { from: at, to: hostTime(at + 1) },
  gaps: [],
  capture: captureBySs(flows, at),
  rowsScanned: flows.length,
  bytesRead: 0,
  stoppedAt: undefined,
  whereabouts: whereaboutsTold(question),
})

function captureBySs(flows: readonly FlowRecord[], at: HostTime): CaptureStatus {
  const hidden = flows.filter(({ owner }) => owner.kind !== 'process').length
  return {
    source: 'ss',
    since: at,
    sees: hidden > 0 ? ['tcp'] : ['tcp', 'pid'],
    blind: [
      'There is no e2etop: only the sockets open now are known, as ss lists them, with what TCP ones have moved since they began; nothing of the past, no bytes of UDP.',
      ...(hidden > 0 ? [`Of ${hidden} sockets the process is not told; root sees them all.`] : []),
    ],
    lost: [],
  }
}
