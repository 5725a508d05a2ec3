import type { FleetMember } from '../../fleet/member.ts'
import type { HostState } from '../../query/asking.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import { clockText } from '../../ui/text/clock-text.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { hostLine } from '../query/answer-json.ts'
import { csvLine } from '../query/csv.ts'
import { exitCode } from '../exit-code.ts'
import { progressLine, shownWhile } from '../query/progress-line.ts'
import { waitingProgress } from '../query/reading-progress.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { openFleet } from './open-fleet.ts'

/** Connects to each host and says how it is: `e2etop hosts -H web1,web2`. @throws FleetError */
export async function hosts({ options }: Arguments): Promise<number> {
  if (!options.has('hosts')) throw new UsageError('hosts needs -H: which ones?')
  const fleet = await openFleet(options)
  const waiting = new Set(fleet.members.map(({ name }) => name))
  const done = shownWhile(
    progressLine(process.stderr),
    () => true,
    () => waitingProgress(waiting),
  )
  const states = await Promise.all(
    fleet.members.map(async (member) => {
      const state = await stateOf(member)
      waiting.delete(member.name)
      return state
    }),
  )
  done()
  fleet.close()
  const format = options.get('format') ?? (process.stdout.isTTY ? 'table' : 'json')
  process.stdout.write(told(states, format))
  return states.every(({ state }) => state === 'answered') ? exitCode.ok : exitCode.partial
}

function told(states: readonly HostState[], format: string): string {
  switch (format) {
    case 'json':
      return states.map((state) => hostLine(state, false)).join('')
    case 'csv':
      return csvHead + states.map((state) => csvLine(csvCells(state))).join('')
    default:
      return alignedTable(columns, states)
  }
}

/** As the lines of JSON name them. */
const csvHead = csvLine(['host', 'state', 'why', 'version', 'clock_offset_ms', 'clock_error_ms'])
const csvCells = ({ host, state, why, version, clock }: HostState) => [
  host,
  state,
  why,
  version ?? null,
  clock ? Math.round(clock.offset) : null,
  clock ? Math.ceil(clock.error) : null,
]

async function stateOf(member: FleetMember): Promise<HostState> {
  const opened = await member.open()
  const { name: host, version, note } = member
  if (opened.kind === 'failed') return { host, ...opened.silence, version, clock: undefined }
  return { host, state: 'answered', why: note, version, clock: member.offset }
}

const columns: readonly Column<HostState>[] = [
  { title: 'HOST', align: 'left', cell: ({ host }) => host },
  { title: 'STATE', align: 'left', cell: ({ state }) => state },
  { title: 'E2ETOP', align: 'left', cell: ({ version }) => version ?? '-' },
  { title: 'CLOCK', align: 'right', cell: ({ clock }) => clockText(clock) },
  { title: 'NOTE', align: 'left', cell: ({ why }) => why },
]
