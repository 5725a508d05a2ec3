import { spawnSync } from 'node:child_process'
import { formatAddress } from '../../../src/model/address.ts'
import type { TimeRange } from '../../../src/query/question.ts'
import { runMeasured } from '../run-measured.ts'
import type { Engine } from './engine.ts'
import { ours } from './ours.ts'
import { needle, questions, rowsShown, type QuestionName, type Rows } from './questions.ts'

/** The questions as a user types them. */
const words: Readonly<Record<QuestionName, readonly string[]>> = {
  top: ['top', '--by', 'process,user', '--sum', 'bytes', '-n', `${rowsShown}`],
  nets: [
    'top',
    '--where',
    'port 443',
    '--by',
    'remote_net/24',
    '--sum',
    'bytes',
    '-n',
    `${rowsShown}`,
  ],
  address: [
    'top',
    '--where',
    `host ${formatAddress(needle)}`,
    '--by',
    'process',
    '--sum',
    'bytes,flows',
    '-n',
    'all',
  ],
  bins: ['series', '--by', 'process', '--bin', '5m', '--sum', 'bytes', '-n', 'all'],
  distinct: ['top', '--by', 'process', '--sum', 'distinct_remote_ip', '-n', 'all'],
}

type Line = Readonly<Record<string, string | number | null>>

/** The values of a line of JSON in the order of the other engines. */
function rowOf(name: QuestionName, line: Line): Rows[number] {
  const { type: _, certified: __, start, ...values } = line
  const rest = Object.values(values) as (string | number)[]
  return name === 'bins' ? [Date.parse(String(start)), ...rest] : rest
}

const timeOf = ({ from, to }: TimeRange) =>
  ['--since', from, '--until', to].map((word) =>
    typeof word === 'number' ? new Date(word).toISOString() : word,
  )

/** What a user waits for: the whole program, from its start to its last line. */
export const command: Engine = {
  name: 'e2etop, the command',
  missing: () => undefined,
  prepare: ours.prepare,
  async ask(folder, name) {
    const time = timeOf(questions[name].range)
    const program = [
      'dist/e2etop.mjs',
      ...words[name],
      ...time,
      '--format',
      'json',
      '--data-dir',
      folder,
    ]
    // Of two weeks more is asked than the log has: a partial answer.
    const run = await runMeasured([process.execPath, ...program], [0, 3])
    const lines = run.output.trimEnd().split('\n')
    const groups = lines.map((line) => JSON.parse(line) as Line)
    const rows = groups.filter(({ type }) => type === 'group' || type === 'bin')
    const known = rows.map((line) => rowOf(name, line))
    // Bins in which a group had nothing are lines too.
    const met = name === 'bins' ? known.filter((row) => row.at(-1) !== 0) : known
    return { ms: run.wallMs, peakMb: run.peakMb, rows: met }
  },
}

/** @throws Error where it cannot be built */
export function buildCommand(): void {
  const { status } = spawnSync(process.execPath, ['test/tools/build.mjs'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('the program cannot be built')
}
