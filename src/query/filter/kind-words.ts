import { isIpv4 } from '../../model/address.ts'
import { communityId } from '../../model/community-id.ts'
import { directions, endReasons, flowFlag, tcpStates, type FlowRecord } from '../../model/flow.ts'
import { protocolName } from '../../model/protocol-name.ts'
import type { WordSpec } from './word-spec.ts'

const has = (flag: number) => (flow: FlowRecord) => (flow.flags & flag) !== 0
const hyphenated = (text: string) => text.replaceAll(' ', '-')

/** What kind of flow it is. */
export const kindWords = {
  tcp: {
    kind: 'flag',
    reads: ['protocol'],
    of: ({ protocol }) => protocol === 6,
    help: 'TCP',
    example: 'tcp port 22',
  },
  udp: {
    kind: 'flag',
    reads: ['protocol'],
    of: ({ protocol }) => protocol === 17,
    help: 'UDP',
    example: 'udp port 53',
  },
  icmp: {
    kind: 'flag',
    reads: ['protocol'],
    of: ({ protocol }) => protocol === 1,
    help: 'ICMP',
    example: 'icmp',
  },
  icmp6: {
    kind: 'flag',
    reads: ['protocol'],
    of: ({ protocol }) => protocol === 58,
    help: 'ICMPv6',
    example: 'icmp or icmp6',
  },
  ipv4: {
    kind: 'flag',
    aliases: ['inet'],
    reads: ['remoteAddress'],
    of: ({ remoteAddress }) => isIpv4(remoteAddress),
    help: 'IPv4',
    example: 'ipv4 and udp',
  },
  ipv6: {
    kind: 'flag',
    aliases: ['inet6', 'ip6'],
    reads: ['remoteAddress'],
    of: ({ remoteAddress }) => !isIpv4(remoteAddress),
    help: 'IPv6',
    example: 'ipv6',
  },
  inbound: {
    kind: 'flag',
    reads: ['direction'],
    of: ({ direction }) => direction === 'inbound',
    help: 'accepted by this host',
    example: 'inbound port 22',
  },
  outbound: {
    kind: 'flag',
    reads: ['direction'],
    of: ({ direction }) => direction === 'outbound',
    help: 'opened by this host',
    example: 'outbound user bob',
  },
  open: {
    kind: 'flag',
    reads: ['endReason'],
    of: ({ endReason }) => endReason === 'open',
    help: 'goes on',
    example: 'open tx > 1M',
  },
  ended: {
    kind: 'flag',
    reads: ['endReason'],
    of: ({ endReason }) => endReason !== 'open',
    help: 'has ended',
    example: 'ended',
  },
  partial: {
    kind: 'flag',
    reads: ['flags'],
    of: has(flowFlag.partial),
    help: 'began before capture',
    example: 'not partial',
  },
  carrier: {
    kind: 'flag',
    reads: ['flags'],
    of: has(flowFlag.carrier),
    help: "a tunnel's own transport",
    example: 'carrier',
  },
  loopback: {
    kind: 'flag',
    reads: ['flags'],
    of: has(flowFlag.loopback),
    help: 'both ends are on this host',
    example: 'not loopback',
  },
  proto: {
    kind: 'choice',
    aliases: ['protocol'],
    choices: Array.from({ length: 256 }, (_, n) => protocolName(n)).filter((n) => !/^\d/.test(n)),
    alternative: (text) =>
      /^\d{1,3}$/.test(text) && Number(text) < 256 ? protocolName(Number(text)) : undefined,
    reads: ['protocol'],
    of: (flow) => protocolName(flow.protocol),
    help: 'by name or number',
    example: 'proto (gre,esp,132)',
  },
  direction: {
    kind: 'choice',
    choices: directions,
    reads: ['direction'],
    of: ({ direction }) => direction,
    help: 'who opened it',
    example: 'direction unknown',
  },
  state: {
    kind: 'choice',
    choices: tcpStates,
    reads: ['state'],
    of: ({ state }) => state,
    help: 'state of TCP',
    example: 'state (syn-sent,syn-recv)',
  },
  end_reason: {
    kind: 'choice',
    choices: endReasons.map(hyphenated),
    reads: ['endReason'],
    of: ({ endReason }) => hyphenated(endReason),
    help: 'why the record was written',
    example: 'end_reason idle',
  },
  community_id: {
    kind: 'text',
    reads: ['protocol', 'localAddress', 'localPort', 'remoteAddress', 'remotePort'],
    of: (flow) => [communityId(flow)],
    help: 'Community ID v1, as in Zeek',
    example: 'community_id 1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  },
} as const satisfies Record<string, WordSpec>
