import { megabytes } from '../../fleet/deploy/deployment.ts'
import {
  carryOut,
  lookAtHosts,
  type DeployRequest,
  type DeployState,
  type LookedAt,
} from '../../fleet/deploy/host-deployment.ts'
import { shellWord } from '../../fleet/deploy/remote-script.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { progressLine, shownWhile } from '../query/progress-line.ts'
import { waitingProgress } from '../query/reading-progress.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { askAtTerminal } from './ask-at-terminal.ts'
import { confirm } from './confirm.ts'
import { planLines, planTable, stateLines, stateTable } from './deploy-text.ts'
import { programToDeploy } from './program-to-deploy.ts'
import { reachHosts } from './reach-hosts.ts'

/** `e2etop deploy HOST...`: puts this program on hosts over SSH, or takes it away again. @throws FleetError */
export async function deploy({ operands, options }: Arguments): Promise<number> {
  const isDry = options.has('dry-run')
  const asks = !isDry && !options.has('yes')
  if (asks && !process.stdin.isTTY)
    throw new UsageError('deploy asks before it writes, and there is no terminal; --yes is a yes')
  const { hosts, ssh } = await reachHosts(operands.join(','), options, askAtTerminal)
  const request = await requestOf(options)
  const waiting = new Set(hosts)
  const line = progressLine(process.stderr)
  const done = shownWhile(
    line,
    () => true,
    () => waitingProgress(waiting),
  )
  const looked = await lookAtHosts(hosts, (name) => ssh.connect(name), {
    request,
    onLooked: (host) => waiting.delete(host),
  }).finally(done)
  try {
    const isJson = formatOf(options) === 'json'
    if (isDry || asks)
      process.stdout.write(
        isDry && isJson ? planLines(looked, request) : planTable(looked, request),
      )
    if (isDry)
      return looked.some(({ plan }) => plan.kind === 'cannot') ? exitCode.partial : exitCode.ok
    const toDo = looked.filter((one) => isToDo(one, request))
    if (asks && toDo.length > 0 && !(await confirm(questionOf(toDo, request)))) {
      process.stderr.write('e2etop: nothing was changed\n')
      return exitCode.failed
    }
    return report(await withProgress(looked, request), request, options)
  } finally {
    for (const { connection } of looked) connection?.close()
    ssh.close()
  }
}

async function requestOf(options: Arguments['options']): Promise<DeployRequest> {
  const isSystem = options.has('system')
  if (options.has('remove')) {
    const stray = (['record', 'node'] as const).find((name) => options.has(name))
    if (stray) throw new UsageError(`--${stray} does not go with --remove`)
    return { kind: 'remove', isSystem }
  }
  const source = await programToDeploy(process.argv[1] ?? '', options.get('node'))
  return { kind: 'write', ...source, isSystem, withRecorder: options.has('record') }
}

const isToDo = ({ plan }: LookedAt, request: DeployRequest): boolean =>
  plan.kind === 'write' ||
  plan.kind === 'remove' ||
  (plan.kind === 'there' && request.kind === 'write' && request.withRecorder)

const questionOf = ({ length }: readonly LookedAt[], { kind }: DeployRequest): string =>
  `${kind === 'write' ? 'Write to' : 'Remove it from'} ${length === 1 ? 'this host' : `these ${length} hosts`}?`

async function withProgress(
  looked: readonly LookedAt[],
  request: DeployRequest,
): Promise<readonly DeployState[]> {
  const line = progressLine(process.stderr)
  const sent = new Map<string, number>()
  const states = await carryOut(looked, request, (host, bytes) => {
    sent.set(host, bytes)
    line.show(() => {
      const all = [...sent.values()].reduce((sum, one) => sum + one, 0)
      return `sent ${megabytes(all)} to ${sent.size} of ${looked.length}`
    })
  })
  line.clear()
  return states
}

const formatOf = (options: Arguments['options']) =>
  options.get('format') ?? (process.stdout.isTTY ? 'table' : 'json')

const failures: ReadonlySet<DeployState['state']> = new Set(['failed', 'refused', 'unreachable'])

function report(
  states: readonly DeployState[],
  request: DeployRequest,
  options: Arguments['options'],
): number {
  process.stdout.write(formatOf(options) === 'json' ? stateLines(states) : stateTable(states))
  const done = states.filter(({ state }) => !failures.has(state)).map(({ host }) => host)
  if (request.kind === 'write' && done.length > 0 && process.stderr.isTTY)
    process.stderr.write(nextSteps(done, request.withRecorder, options))
  return done.length === states.length ? exitCode.ok : exitCode.partial
}

function nextSteps(
  hosts: readonly string[],
  hasRecorder: boolean,
  options: Arguments['options'],
): string {
  const file = options.get('ssh-config')
  const config =
    file === undefined ? '' : `-F ${/[^\w@%+=:,./-]/.test(file) ? shellWord(file) : file} `
  const monitor = `\nNow: e2etop ${config}-H ${hosts.join(',')}\n`
  if (hasRecorder) return monitor
  const record = `e2etop deploy ${config}--record ${hosts.join(' ')}`
  return `${monitor}To keep weeks of flows there, where you are root: ${record}\n`
}
