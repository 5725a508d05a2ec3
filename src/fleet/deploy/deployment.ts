import type { FoundNode } from './deploy-layout.ts'
import type { HostFacts } from './probe-host.ts'

/** The program as it is sent, the same to all hosts. */
export interface DeployedProgram {
  /** Version, and a digest of all files: another build is another name. */
  readonly name: string
  /** Compressed and not. */
  readonly sentBytes: number
  readonly bytes: number
  /** Machines of its native code, as uname(1) names them. */
  readonly machines: readonly string[]
  /** Node.js from this version on runs it. */
  readonly nodeLeast: string
}

/** A Node.js that can be sent where a host has none; or why there is none. */
export type SpareNode = UsableNode | { readonly kind: 'none'; readonly why: string }
export interface UsableNode {
  readonly kind: 'node'
  /** '' where it is not known. */
  readonly version: string
  readonly machine: string
  /** The least that it needs: `glibc 2.28` or `musl`; '' where it needs none. */
  readonly libc: string
  readonly bytes: number
}

/** What is to be done with a host. */
export type HostPlan =
  | {
      readonly kind: 'write'
      readonly facts: HostFacts
      /** The host's own Node.js, by its path, or ours. */
      readonly node: FoundNode | 'ours'
      /** Bytes that it takes there. */
      readonly bytes: number
      readonly asRoot: boolean
    }
  | { readonly kind: 'there'; readonly facts: HostFacts }
  | { readonly kind: 'remove'; readonly facts: HostFacts; readonly asRoot: boolean }
  /** Nothing is there to be removed. */
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'cannot'
      readonly state: 'failed' | 'refused' | 'unreachable'
      readonly why: string
    }

export interface PlanRequest {
  readonly program: DeployedProgram
  readonly spare: SpareNode
  readonly isSystem: boolean
  /** A recorder is to be installed as a service, too. */
  readonly withRecorder: boolean
}

/** What to do with a host of which that is known: the first thing that is in the way is named. */
export function planDeployment(facts: HostFacts, request: PlanRequest): HostPlan {
  const { program, isSystem, withRecorder } = request
  const isRoot = facts.uid === 0
  if ((isSystem || withRecorder) && !isRoot && !facts.canSudo)
    return cannot(
      `${facts.user} is not root there, and has no sudo without a password; log in as root, or leave out ${isSystem ? '--system' : '--record'}`,
    )
  const asRoot = isSystem && !isRoot
  if (facts.deployed?.name === program.name && facts.deployed.says !== '')
    return { kind: 'there', facts }
  if (facts.missingTools.length > 0) return cannot(`it has no ${facts.missingTools.join(', ')}`)
  if (!isSystem && !facts.isWritable) return cannot(`${facts.user} cannot write to ${facts.base}`)
  const [system, machine = ''] = facts.machine.split(' ')
  if (system !== 'Linux') return cannot(`it is ${facts.machine || 'of an unknown kind'}, not Linux`)
  if (!program.machines.includes(machine))
    return cannot(
      `it is ${machine}, and the native code here is for ${program.machines.join(', ')}; deploy from a host of its kind`,
    )
  const node = nodeFor(facts, machine, request)
  if (typeof node === 'string') return cannot(node)
  // The archive lies beside what is unpacked from it.
  const bytes = program.bytes + (node.choice === 'ours' ? node.bytes : 0)
  const needed = program.sentBytes + bytes + (node.choice === 'ours' ? node.bytes / 2 : 0)
  if (facts.freeBytes < needed)
    return cannot(
      `${facts.base} has ${megabytes(facts.freeBytes)} free, and ${megabytes(needed)} are needed`,
    )
  return { kind: 'write', facts, node: node.choice, bytes, asRoot }
}

/** What was written as root, or has a service that root installed, only root can remove. */
export function planRemoval(
  facts: HostFacts,
  { isSystem }: Pick<PlanRequest, 'isSystem'>,
): HostPlan {
  if (facts.deployed === undefined) return { kind: 'absent' }
  const asRoot = (isSystem || facts.hasService) && facts.uid !== 0
  if (asRoot && !facts.canSudo)
    return cannot(`${facts.user} is not root there, and has no sudo without a password`)
  return { kind: 'remove', facts, asRoot }
}

const cannot = (why: string): HostPlan => ({ kind: 'cannot', state: 'failed', why })

type NodeChoice =
  | { readonly choice: FoundNode; readonly bytes?: undefined }
  | { readonly choice: 'ours'; readonly bytes: number }

/** The host's own Node.js where it will do, else ours; a text says why neither will. */
function nodeFor(
  { nodes, libc }: HostFacts,
  machine: string,
  { program: { nodeLeast }, spare }: PlanRequest,
): NodeChoice | string {
  const own = nodes.find(({ version }) => isAtLeast(version, nodeLeast))
  if (own) return { choice: own }
  const [old] = nodes
  const lack = `it has ${old ? `Node.js ${old.version}` : 'no Node.js'} (${nodeLeast} or later is needed)`
  if (spare.kind === 'none') return `${lack}, and ${spare.why}`
  const ours = `the one here${spare.version && `, ${spare.version},`}`
  if (spare.machine !== machine)
    return `${lack}, and ${ours} is for ${spare.machine}; --node names one for ${machine}`
  if (!fitsLibc(libc, spare.libc))
    return `${lack}, and ${ours} needs ${spare.libc}; it has ${libc || 'another libc'}`
  return { choice: 'ours', bytes: spare.bytes }
}

/** A libc that is not known may fit: whether the program runs is tried before anything is put in its place. */
function fitsLibc(has: string, needs: string): boolean {
  if (has === '' || needs === '') return true
  const [kind, version = '0'] = has.split(' ')
  const [neededKind, needed = '0'] = needs.split(' ')
  return kind === neededKind && isAtLeast(version, needed)
}

/** Of versions such as `20.19.2`; what one lacks is 0. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, need] = [version, least].map((one) => one.split('.').map(Number))
  for (const [i, number] of need!.entries())
    if ((have![i] ?? 0) !== number) return (have![i] ?? 0) > number
  return true
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
