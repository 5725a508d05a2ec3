import { FleetError } from '../../fleet/fleet-error.ts'
import type { MeasuredOffset } from '../../fleet/clock-offset.ts'
import type { FleetMember } from '../../fleet/member.ts'
import type { Silence } from '../../fleet/silence.ts'
import { alignedTable, type Column } from '../aligned-table.ts'
import type { Arguments } from '../arguments.ts'
import { exitCode } from '../exit-code.ts'
import { UsageError } from '../usage-error.ts'
import { openFleet } from './open-fleet.ts'

/** Connects to each host and says how it is: `e2etop hosts -H web1,web2`. */
export async function hosts({ options }: Arguments): Promise<number> {
  if (!options.has('hosts')) throw new UsageError('hosts needs -H: which ones?')
  try {
    const fleet = await openFleet(options)
    const states = await Promise.all(fleet.members.map(stateOf))
    fleet.close()
    const format = options.get('format') ?? (process.stdout.isTTY ? 'table' : 'json')
    process.stdout.write(format === 'json' ? jsonLines(states) : table(states))
    return states.every(({ state }) => state === 'answered') ? exitCode.ok : exitCode.partial
  } catch (error) {
    if (!(error instanceof FleetError)) throw error
    process.stderr.write(`e2etop: ${error.message}\n${error.next}\n`)
    return exitCode.failed
  }
}

interface HostState {
  readonly host: string
  readonly state: 'answered' | Silence['state']
  readonly why: string
  readonly version: string | undefined
  readonly offset: MeasuredOffset | undefined
}

async function stateOf(member: FleetMember): Promise<HostState> {
  const opened = await member.open()
  const { name: host, version, note } = member
  if (opened.kind === 'failed') return { host, ...opened.silence, version, offset: undefined }
  return { host, state: 'answered', why: note, version, offset: member.offset }
}

const columns: readonly Column<HostState>[] = [
  { title: 'HOST', align: 'left', cell: ({ host }) => host },
  { title: 'STATE', align: 'left', cell: ({ state }) => state },
  { title: 'E2ETOP', align: 'left', cell: ({ version }) => version ?? '-' },
  { title: 'CLOCK', align: 'right', cell: ({ offset }) => (offset ? clockText(offset) : '-') },
  { title: 'NOTE', align: 'left', cell: ({ why }) => why },
]

/** What a second or less is off may be the way there and back. */
function clockText({ offset }: MeasuredOffset): string {
  const seconds = offset / 1000
  return Math.abs(seconds) <= 1 ? 'ok' : `${seconds > 0 ? '+' : ''}${seconds.toFixed(1)}s`
}

function table(states: readonly HostState[]): string {
  return alignedTable(columns, states)
}

function jsonLines(states: readonly HostState[]): string {
  const lines = states.map(({ host, state, why, version, offset }) => ({
    type: 'host',
    host,
    state,
    why,
    version: version ?? null,
    clock_offset_ms: offset ? Math.round(offset.offset) : null,
    clock_error_ms: offset ? Math.ceil(offset.error) : null,
  }))
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
