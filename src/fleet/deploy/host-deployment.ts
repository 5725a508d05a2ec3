import { fleetLimits } from '../../model/fleet-limits.ts'
import { Gate } from '../gate.ts'
import type { ConnectOutcome, SshConnection } from '../ssh/connect-outcome.ts'
import { planDeployment, planRemoval, type HostPlan, type PlanRequest } from './deployment.ts'
import { install, installRecorder, remove } from './install-script.ts'
import { probeHost, type HostFacts } from './probe-host.ts'
import type { ScriptOutcome } from './remote-script.ts'

/** How a host is once it was dealt with. */
export interface DeployState {
  readonly host: string
  readonly state: 'deployed' | 'there' | 'removed' | 'absent' | 'failed' | 'refused' | 'unreachable'
  /** Where it is, or why it is not; a clause. */
  readonly note: string
}

/** A host that was looked at, and what is to be done with it. */
export interface LookedAt {
  readonly host: string
  readonly plan: HostPlan
  /** Undefined where nothing can be done. */
  readonly connection: SshConnection | undefined
}

export interface DeployArchive {
  readonly pieces: readonly Uint8Array[]
  readonly sha256: string
}

/** What is asked for: a program to be written, or what was written to be removed. */
export type DeployRequest =
  | (PlanRequest & {
      readonly kind: 'write'
      readonly archive: (withNode: boolean) => Promise<DeployArchive>
    })
  | { readonly kind: 'remove'; readonly isSystem: boolean }

/** Connects to hosts and sees what each of them has; `onLooked` hears of each that was. */
export function lookAtHosts(
  hosts: readonly string[],
  connect: (name: string) => Promise<ConnectOutcome>,
  {
    request,
    onLooked,
  }: { readonly request: DeployRequest; readonly onLooked: (host: string) => void },
): Promise<readonly LookedAt[]> {
  const gate = new Gate(fleetLimits.fleetConnectingMax)
  const look = async (host: string): Promise<LookedAt> => {
    const outcome = await connect(host)
    if (outcome.kind !== 'connected') {
      const state = outcome.kind === 'refused' ? 'refused' : 'unreachable'
      return { host, plan: { kind: 'cannot', state, why: outcome.why }, connection: undefined }
    }
    const { connection } = outcome
    const place = request.isSystem ? 'system' : 'user'
    const needsRoot = request.isSystem || (request.kind === 'write' && request.withRecorder)
    const probed = await probeHost(connection, place, needsRoot)
    if (probed.kind === 'failed')
      return { host, plan: { kind: 'cannot', state: 'refused', why: probed.why }, connection }
    const { facts } = probed
    const plan =
      request.kind === 'write' ? planDeployment(facts, request) : planRemoval(facts, request)
    return { host, plan, connection }
  }
  return Promise.all(
    hosts.map((host) =>
      gate.pass(async () => {
        const looked = await look(host)
        onLooked(host)
        return looked
      }),
    ),
  )
}

/** Does what was planned, a few hosts at once; `onSent` hears of bytes as they leave. */
export function carryOut(
  looked: readonly LookedAt[],
  request: DeployRequest,
  onSent: (host: string, bytes: number) => void,
): Promise<readonly DeployState[]> {
  const gate = new Gate(fleetLimits.deployingMax)
  return Promise.all(
    looked.map((one) =>
      gate.pass(async (): Promise<DeployState> => {
        const { host } = one
        const state = await outcomeOf(one, request, (bytes) => onSent(host, bytes))
        return { host, ...state }
      }),
    ),
  )
}

type Outcome = Omit<DeployState, 'host'>

async function outcomeOf(
  { plan, connection }: LookedAt,
  request: DeployRequest,
  onSent: (bytes: number) => void,
): Promise<Outcome> {
  if (plan.kind === 'cannot') return { state: plan.state, note: plan.why }
  if (plan.kind === 'absent') return { state: 'absent', note: 'nothing was deployed there' }
  if (!connection) return failed('it is not connected')
  if (plan.kind === 'remove') return removed(connection, plan)
  if (request.kind === 'remove') throw new Error('a plan to write where removing was asked for')
  const put =
    plan.kind === 'write'
      ? await written(connection, plan, { request, onSent })
      : ({ state: 'there', note: `${plan.facts.base}/${request.program.name}` } as const)
  return put.state === 'failed' || !request.withRecorder
    ? put
    : withRecorder(connection, plan.facts, put)
}

type PlanOf<Kind extends HostPlan['kind']> = Extract<HostPlan, { kind: Kind }>

async function removed(
  connection: SshConnection,
  { facts: { base }, asRoot }: PlanOf<'remove'>,
): Promise<Outcome> {
  const outcome = await remove(connection, { base, asRoot })
  if (outcome.kind === 'failed') return failed(outcome.why)
  const left = said(outcome, 'left')
  const what = left === undefined ? base : `${base}; other files in it stay`
  return { state: 'removed', note: withService(what, outcome) }
}

interface Writing {
  readonly request: Extract<DeployRequest, { kind: 'write' }>
  readonly onSent: (bytes: number) => void
}

async function written(
  connection: SshConnection,
  { facts: { base }, asRoot, node }: PlanOf<'write'>,
  { request, onSent }: Writing,
): Promise<Outcome> {
  const { pieces, sha256 } = await request.archive(node === 'ours')
  const outcome = await install(connection, {
    base,
    asRoot,
    isSystem: request.isSystem,
    name: request.program.name,
    archive: pieces,
    sha256,
    node,
    onSent,
  })
  if (outcome.kind === 'failed') return failed(outcome.why)
  return { state: 'deployed', note: said(outcome, 'path') ?? base }
}

async function withRecorder(
  connection: SshConnection,
  { base, uid }: HostFacts,
  put: Outcome,
): Promise<Outcome> {
  const outcome = await installRecorder(connection, { base, asRoot: uid !== 0 })
  return outcome.kind === 'failed'
    ? failed(`the program is there, but not its recorder: ${outcome.why}`)
    : { ...put, note: withService(put.note, outcome) }
}

const failed = (note: string): Outcome => ({ state: 'failed', note })

const said = (outcome: ScriptOutcome, key: string): string | undefined =>
  outcome.kind === 'said' ? outcome.said.find(([one]) => one === key)?.[1] : undefined

const withService = (note: string, outcome: ScriptOutcome): string => {
  const service = said(outcome, 'service')
  return service === undefined ? note : `${note}; recorder: ${service}`
}
