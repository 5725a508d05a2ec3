import { nameOfMany } from '../../query/hosts-of-many.ts'
import { sentences, silenceOf } from '../../query/lacks.ts'
import { shortfalls } from '../../query/shortfalls.ts'
import { whereaboutsMissing, whereaboutsNotes } from '../../query/whereabouts.ts'
import { formatQuantity } from '../../ui/text/units.ts'
import { exitCode } from '../exit-code.ts'
import { askedHow, statusLines, type AnsweredStatus } from './answer-json.ts'
import type { Answering } from './answering.ts'
import { localTime, zonedTime } from './local-time.ts'
import type { OutputFormat } from './output.ts'

/** An answer in each form that it can be asked for in. */
export interface GivenAnswer extends Omit<AnsweredStatus, 'at' | 'since'> {
  readonly table: (width: number) => string
  readonly json: () => string
  readonly csv: () => string
  /** What of the table has to be explained below it; in each form what is to be said of an empty one. */
  readonly notes: (format: OutputFormat) => readonly string[]
}

/** Prints an answer, says beside it what it rests on, and gives the exit code. */
export function giveAnswer(given: Answering, answer: GivenAnswer): number {
  const status = { ...answer, at: given.at, since: given.since }
  switch (given.format) {
    case 'table':
      given.print(answer.table(given.width))
      break
    case 'json':
      given.print(answer.json() + statusLines(status, given.asking.states()))
      break
    case 'csv':
      given.print(answer.csv())
  }
  return explainCoverage(given, status, answer.notes(given.format))
}

/** What an answer rests on and what is missing from it, on stderr, as stdout is data only. */
export function explainCoverage(
  given: Answering,
  status: AnsweredStatus,
  notes: readonly string[],
): number {
  const { coverage, silent, whereabouts } = status
  const isOne = coverage.length + silent.length === 1
  const lacks = coverage.flatMap(({ host, ...rest }) =>
    shortfalls({ host, ...rest }, given.at, askedHow(status)).map((why) => ({
      host: isOne ? undefined : host,
      why,
    })),
  )
  const missing = [
    ...sentences(silent.map(silenceOf), 'all'),
    ...whereaboutsMissing([whereabouts]),
    ...sentences(lacks),
  ]
  if (given.format === 'table') given.explain(`\n${summary(status)}`)
  const database = whereaboutsNotes([...coverage.map((one) => one.whereabouts), whereabouts])
  for (const line of [...notes, ...database])
    given.explain(given.format === 'table' ? line : `e2etop: ${line}`)
  for (const line of missing)
    given.explain(given.format === 'table' ? `! ${line}` : `e2etop: ${line}`)
  if (isOne && coverage.some(({ covered }) => covered === undefined))
    given.explain(`${given.format === 'table' ? '' : 'e2etop: '}${whatNext}`)
  return missing.length > 0 ? exitCode.partial : exitCode.ok
}

/** Where nothing was recorded. */
const whatNext =
  '`e2etop status` says since when this host records; `sudo e2etop install-service` has it do so from now on.'

function summary({ asked, since, at, coverage, silent }: AnsweredStatus): string {
  const { from, to } = asked.range
  const begins = coverage.flatMap(({ covered }) => (covered ? [covered.from] : []))
  const isYoung = since === 'usual' && begins.length > 0 && Math.min(...begins) > from
  const answered = coverage.map(({ host }) => ({ host, state: 'answered', why: '' }) as const)
  const hosts = [...answered, ...silent]
  const rows = coverage.reduce((all, { rowsScanned }) => all + rowsScanned, 0)
  const bytes = coverage.reduce((all, { bytesRead }) => all + bytesRead, 0)
  return [
    isYoung
      ? `${localTime(Math.min(...begins))} (the log begins) to ${zonedTime(Math.min(to, at))}`
      : `${localTime(from)} to ${zonedTime(Math.min(to, at))}`,
    ...(hosts.length === 1 ? [] : [nameOfMany(hosts)]),
    `${formatQuantity(rows)} records of the log`,
    `${formatQuantity(bytes)}B read`,
    ...(asked.booking === 'spread' ? ['spread over their time'] : []),
  ].join(', ')
}
