import { createHmac } from 'node:crypto'
import { isIpv4, type Address } from '../model/address.ts'
import { actorOf, type FlowRecord } from '../model/flow.ts'
import { inNetwork, keepBits, type Network } from '../model/network.ts'
import { accountOf, type Owner } from '../model/owner.ts'
import { isLeftOut, leaveOut } from './left-out.ts'
import { keptBits, type PrivacyRule } from './privacy-rule.ts'
import { isKept } from './sampling.ts'

/**
 * What readers and the log are told of a flow: names of people and addresses taken out by rules, and whole flows left
 * out by rules or by sampling.
 */
export interface Privacy {
  /** One flow in so many is kept; 1: sampling is off. */
  readonly oneIn: number
  /** A row or record as others may see it: of a flow that is left out only its counters. */
  readonly row: (flow: FlowRecord) => FlowRecord
}

export const noPrivacy: Privacy = { oneIn: 1, row: (flow) => flow }

/**
 * `hashKey` is secret and stays the same, so that one user's hash is the same in every record. A rule that drops a
 * flow goes before sampling, so that what it withholds stays a sum of its own.
 */
export function privacyOf(
  rules: readonly PrivacyRule[],
  hashKey: Uint8Array,
  oneIn: number,
): Privacy {
  if (rules.length === 0 && oneIn === 1) return noPrivacy
  return {
    oneIn,
    row(flow) {
      const rule = rules.find((one) => matches(one, flow))
      const row = rule === undefined ? flow : applied(rule, flow, hashKey)
      return isLeftOut(row) || isKept(flow, oneIn) ? row : leaveOut(flow, 'sampling')
    },
  }
}

function matches({ user, process, net, port }: PrivacyRule, flow: FlowRecord): boolean {
  const owners = [flow.owner, actorOf(flow)]
  return (
    (user === undefined || owners.some((owner) => accountOf(owner)?.user === user)) &&
    (process === undefined || owners.some((owner) => isProcess(owner, process))) &&
    (net === undefined ||
      inNetwork(flow.localAddress, net) ||
      inNetwork(flow.remoteAddress, net)) &&
    (port === undefined || flow.localPort === port || flow.remotePort === port)
  )
}

function applied(rule: PrivacyRule, flow: FlowRecord, hashKey: Uint8Array): FlowRecord {
  switch (rule.rule) {
    case 'drop':
      return leaveOut(flow, 'rule')
    case 'mask':
      return masked(rule, flow)
    case 'hash':
      return withOwners(flow, (owner) => hashed(owner, hashKey))
    case 'no-cmdline':
      // Command lines are never recorded; the path of the program is what tells how it was started.
      return withOwners(flow, (owner) => (owner.kind === 'process' ? { ...owner, exe: '' } : owner))
  }
}

/** The ends inside the rule's network; of a rule without one, the remote end. */
function masked(rule: PrivacyRule, flow: FlowRecord): FlowRecord {
  const cut = (address: Address) => keepBits(address, keptBits(rule, isIpv4(address)))
  const inside = (net: Network, address: Address) =>
    inNetwork(address, net) ? cut(address) : address
  const { net } = rule
  if (net === undefined) return { ...flow, remoteAddress: cut(flow.remoteAddress) }
  return {
    ...flow,
    localAddress: inside(net, flow.localAddress),
    remoteAddress: inside(net, flow.remoteAddress),
  }
}

const isProcess = (owner: Owner, name: string) => owner.kind === 'process' && owner.process === name

const withOwners = (flow: FlowRecord, change: (owner: Owner) => Owner): FlowRecord => ({
  ...flow,
  owner: change(flow.owner),
  actor: flow.actor && change(flow.actor),
})

/** Uids of hashed users lie above all that exist, so that none is taken for another's. */
const hashedUids = 0x8000_0000

/** The user's name and uid; and the paths, which as a rule hold one of them (/home/alice, user-1000.slice). */
function hashed(owner: Owner, hashKey: Uint8Array): Owner {
  const account = accountOf(owner)
  if (!account) return owner
  const digest = createHmac('sha256', hashKey).update(account.user).digest()
  const uid = hashedUids + (digest.readUInt32LE(0) & 0x7fff_ffff)
  const user = `hash:${digest.toString('hex', 4, 12)}`
  if (owner.kind === 'process') return { ...owner, user, uid, exe: '', cgroup: '' }
  return owner.kind === 'unknown' ? { ...owner, account: { uid, user } } : owner
}
