import { createHmac } from 'node:crypto'
import { isIpv4, type Address } from '../model/address.ts'
import { actorOf, type FlowRecord } from '../model/flow.ts'
import { inNetwork, keepBits, type Network } from '../model/network.ts'
import type { Owner, ProcessOwner } from '../model/owner.ts'
import { hostTime } from '../model/quantity.ts'
import { keptBits, type PrivacyRule } from './privacy-rule.ts'

/** Names of people and addresses taken out of rows before anyone sees or keeps them. */
export interface Privacy {
  /** A live row as readers may see it: of a dropped flow only its counters. */
  row(flow: FlowRecord): FlowRecord
  /** Records as the log may keep them: all dropped ones are one record (one for each set of flags, because carriers
   *  are out of totals and loopback is counted once), so that totals close. */
  records(flows: readonly FlowRecord[]): readonly FlowRecord[]
}

export const noPrivacy: Privacy = { row: (flow) => flow, records: (flows) => flows }

/** `hashKey` is secret and stays the same, so that one user's hash is the same in every record. */
export function privacyOf(rules: readonly PrivacyRule[], hashKey: Uint8Array): Privacy {
  if (rules.length === 0) return noPrivacy
  const ruleOf = (flow: FlowRecord) => rules.find((rule) => matches(rule, flow))
  const apply = (flow: FlowRecord) => {
    const rule = ruleOf(flow)
    return rule === undefined ? flow : applied(rule, flow, hashKey)
  }
  return {
    row: apply,
    records(flows) {
      const dropped = new Map<number, FlowRecord>()
      const kept: FlowRecord[] = []
      for (const flow of flows.map(apply)) {
        if (flow.owner !== withheld) kept.push(flow)
        else dropped.set(flow.flags, sum(dropped.get(flow.flags), flow))
      }
      return [...kept, ...dropped.values()]
    },
  }
}

/** Owner of all that a rule drops. */
export const withheld: Owner = { kind: 'unknown', why: 'withheld by a privacy rule' }
const noAddress = new Uint8Array(16)

function matches({ user, process, net, port }: PrivacyRule, flow: FlowRecord): boolean {
  const processes = [flow.owner, actorOf(flow)].filter((owner) => owner.kind === 'process')
  return (
    (user === undefined || processes.some((owner) => owner.user === user)) &&
    (process === undefined || processes.some((owner) => owner.process === process)) &&
    (net === undefined ||
      inNetwork(flow.localAddress, net) ||
      inNetwork(flow.remoteAddress, net)) &&
    (port === undefined || flow.localPort === port || flow.remotePort === port)
  )
}

function applied(rule: PrivacyRule, flow: FlowRecord, hashKey: Uint8Array): FlowRecord {
  switch (rule.rule) {
    case 'drop':
      return dropped(flow)
    case 'mask':
      return masked(rule, flow)
    case 'hash':
      return withOwners(flow, (owner) => hashed(owner, hashKey))
    case 'no-cmdline':
      // Command lines are never recorded; the path of the program is what tells how it was started.
      return withOwners(flow, (owner) => ({ ...owner, exe: '' }))
  }
}

/** What is left are counters, times and the flags that say how to sum them. */
function dropped(flow: FlowRecord): FlowRecord {
  return {
    ...flow,
    protocol: 0,
    localAddress: noAddress,
    localPort: 0,
    remoteAddress: noAddress,
    remotePort: 0,
    direction: 'unknown',
    owner: withheld,
    actor: undefined,
    netns: 0,
    rttUs: 0,
    state: 'none',
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

function withOwners(flow: FlowRecord, change: (owner: ProcessOwner) => ProcessOwner): FlowRecord {
  const changed = (owner: Owner) => (owner.kind === 'process' ? change(owner) : owner)
  return { ...flow, owner: changed(flow.owner), actor: flow.actor && changed(flow.actor) }
}

/** Uids of hashed users lie above all that exist, so that none is taken for another's. */
const hashedUids = 0x8000_0000

/** The user's name and uid; and the paths, which as a rule hold one of them (/home/alice, user-1000.slice). */
function hashed(owner: ProcessOwner, hashKey: Uint8Array): ProcessOwner {
  const digest = createHmac('sha256', hashKey).update(owner.user).digest()
  const uid = hashedUids + (digest.readUInt32LE(0) & 0x7fff_ffff)
  return { ...owner, user: `hash:${digest.toString('hex', 4, 12)}`, uid, exe: '', cgroup: '' }
}

function sum(before: FlowRecord | undefined, flow: FlowRecord): FlowRecord {
  if (!before) return { ...flow, id: 0, endReason: 'forced' }
  return {
    ...before,
    start: hostTime(Math.min(before.start, flow.start)),
    end: hostTime(Math.max(before.end, flow.end)),
    txBytes: before.txBytes + flow.txBytes,
    rxBytes: before.rxBytes + flow.rxBytes,
    txPackets: before.txPackets + flow.txPackets,
    rxPackets: before.rxPackets + flow.rxPackets,
    retransmits: before.retransmits + flow.retransmits,
  }
}
