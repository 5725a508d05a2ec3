import { millis } from '../../model/quantity.ts'
import { isoTime } from '../../model/vocabulary.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { becomeUser, invokingUser } from '../invoking-user.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { watchRecorder } from '../recording/watch-recorder.ts'
import type { WatchedRecorder } from '../recording/watched-recorder.ts'
import { parseOwnWhere, parseWhere } from '../command-line/where.ts'
import { askedNumber } from './asked-question.ts'
import { EndedFlows } from './ended-flows.ts'
import { outputOf } from './output.ts'
import { csvHead, recordLine } from './record-line.ts'
import { recordLines, type HostRecord } from './record-table.ts'

const usualNumber = 10
const everyMs = millis(1_000)

/** What a question about the past takes, and what goes on does not. */
const ofThePast = ['since', 'until', 'sort', 'limit'] as const

/**
 * `e2etop flows -f`: the last flows that ended, and then each one when it ends, until Ctrl-C. @throws HostError
 * @throws FleetError
 */
export async function followFlows({ options }: Arguments): Promise<number> {
  for (const name of ofThePast)
    if (options.has(name)) throw new UsageError(`--${name} does not go with --follow`)
  const where = (options.has('hosts') ? parseWhere : parseOwnWhere)(options.get('where'))
  const ended = new EndedFlows(askedNumber(options, usualNumber))
  const { format, width, printed, explain } = outputOf(options)
  const recorder = await watched(options)
  const { session } = recorder
  process.once('SIGINT', () => session.close())
  const form = { format, withWhereabouts: options.has('whereabouts') }
  const lines = recordLines({ width, withHost: options.has('hosts'), ...form })
  const head = { table: lines.head, csv: () => csvHead(form), json: () => '' }[format]
  const line = (one: HostRecord) => (format === 'table' ? lines.line(one) : recordLine(one, form))
  let code: number = exitCode.ok
  await printed(head())
  try {
    for await (const answer of session.watch({ kind: 'flows', ...(where && { where }) }, everyMs)) {
      await printed(ended.flows(answer).map(line).join(''))
      for (const { from, reason } of ended.gaps(answer)) {
        explain(`! not whole from ${isoTime(from)} on: ${reason}`)
        code = exitCode.partial
      }
    }
  } finally {
    session.close()
    if (recorder.complaint() !== '') explain(recorder.complaint())
  }
  return code
}

/** This host's recorder, or those of the hosts of -H. */
async function watched(options: Arguments['options']): Promise<WatchedRecorder> {
  if (options.has('hosts')) {
    const { watchedFleet } = await import('../rooms/fleet.ts')
    return watchedFleet(options)
  }
  const recorder = await watchRecorder(options, 'screen')
  // From here on nothing needs root: the recorder has its own process.
  const user = invokingUser(process.env)
  if (user) becomeUser(user, recorder.group)
  return recorder
}
