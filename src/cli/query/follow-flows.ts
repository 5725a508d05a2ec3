import { millis } from '../../model/quantity.ts'
import type { Answer } from '../../query/session.ts'
import type { Arguments } from '../arguments.ts'
import { exitCode } from '../exit-code.ts'
import { becomeUser, invokingUser } from '../invoking-user.ts'
import { UsageError } from '../usage-error.ts'
import { watchRecorder } from '../watch-recorder.ts'
import { parseWhere } from '../where.ts'
import { askedNumber } from './asked-question.ts'
import { outputOf } from './output.ts'
import { csvHead, recordLine } from './record-line.ts'
import { recordLines, type HostRecord } from './record-table.ts'

const usualNumber = 10
const everyMs = millis(1_000)

/** What a question about the past takes, and what goes on on this host does not. */
const ofThePast = ['since', 'until', 'sort', 'limit', 'hosts'] as const

/** `e2etop flows -f`: the last flows that ended, and then each one when it ends, until Ctrl-C. */
export async function followFlows({ options }: Arguments): Promise<number> {
  for (const name of ofThePast)
    if (options.has(name)) throw new UsageError(`--${name} does not go with --follow`)
  const where = parseWhere(options.get('where'))
  const most = askedNumber(options, usualNumber)
  const output = outputOf(options)
  const recorder = await watchRecorder(options, 'screen')
  const { session, group } = recorder
  const user = invokingUser(process.env)
  if (user) becomeUser(user, group)
  process.once('SIGINT', () => session.close())
  const lines = recordLines(output.width)
  const head = { table: () => lines.head(), csv: csvHead, json: () => '' }[output.format]
  const line = (one: HostRecord) =>
    output.format === 'table' ? lines.line(one) : recordLine(one, output.format)
  const ended = new EndedFlows(most)
  await output.printed(head())
  try {
    for await (const answer of session.watch({ kind: 'flows', ...(where && { where }) }, everyMs))
      await output.printed(ended.since(answer).map(line).join(''))
  } finally {
    session.close()
    if (recorder.complaint() !== '') output.explain(recorder.complaint())
  }
  return exitCode.ok
}

/** Tells which flows have ended since the last answer. */
class EndedFlows {
  /** Of the first answer only so many. */
  readonly #most: number
  #seen: ReadonlySet<number> | undefined

  constructor(most: number) {
    this.#most = most
  }

  since({ rows, coverage }: Answer): readonly HostRecord[] {
    const all = rows.kind === 'flows' ? rows.flows : []
    const ended = all.filter(({ endReason }) => endReason !== 'open').sort((a, b) => a.end - b.end)
    const seen = this.#seen
    this.#seen = new Set(ended.map(({ id }) => id))
    const found = seen ? ended.filter(({ id }) => !seen.has(id)) : lastOf(ended, this.#most)
    return found.map((record) => ({ host: coverage.host, record }))
  }
}

const lastOf = <T>(all: readonly T[], most: number) => all.slice(Math.max(0, all.length - most))
