import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sights } from '../../src/model/capture-status.ts'
import { makeNamespacePair, type NamespacePair } from '../lab/namespace-pair.ts'
import { openWholeBpf } from '../lab/open-bpf.ts'
import { whyNoTraffic, type TrafficCase } from '../lab/traffic.ts'
import { watchTraffic } from '../lab/watch-traffic.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { skipWhere } from '../sim/skip-where.ts'

const sentences = {
  short:
    'of 2,000 connections of 6-18 ms by 8 users, all are seen at both ends with pid, uid and bytes',
  sendfile: 'bytes that sendfile moved count',
  splice: 'bytes spliced into and out of sockets count',
  zerocopy: 'bytes sent with MSG_ZEROCOPY count',
  'tcp-mapped': 'a connection of IPv6 sockets over IPv4 has IPv4 addresses',
  retransmits: 'bytes sent again count once, and the segments sent again are told',
  linger0: 'a connection that close() resets keeps its counts',
  unsent: 'bytes that were queued and never sent do not count',
  'half-close': 'the FIN of a half-closed connection is no byte, neither live nor at its end',
  refused: 'a refused connect is a flow of no bytes with its owner',
  older: 'a connection older than capture counts from its first sight on, and is partial',
  reused: 'a socket that connects a second time makes a second flow',
  prefork: 'a connection belongs to the listener, and the worker that serves it is its actor',
  'setuid-child':
    'a child that gave up root is the actor on the socket of its parent, with its own uid',
  'fd-passing': 'a process that was given a socket is its actor',
  'udp-unconnected': '2,000 datagrams of an unconnected IPv4 socket count, with their answers',
  'udp-connected': '2,000 datagrams of a connected IPv6 socket count, with their answers',
  'udp-mapped': 'datagrams of an IPv6 socket to an IPv4 address count once',
  'udp-oneshot':
    'of 2,000 sockets of one question each by 4 users, all are seen with pid, uid and bytes',
  'udp-peers': 'each of 1,000 peers of one socket is a flow',
  'udp-gso': 'a datagram that the kernel cuts into many is many packets and no byte more',
  'udp-lite': 'datagrams of UDP-Lite count as those of UDP, ports and all',
  ping: 'echo requests and replies count for the process that pings',
  'ping-raw': 'messages of a raw socket count for its owner',
  crowd: 'of 18,000 sockets that are open at once, each is seen once with what it said',
} satisfies Record<TrafficCase, string>

describe('BPF capture against traffic with known totals', () => {
  const why = whyNoBpf() ?? whyNoTraffic()
  skipWhere(why)
  let pair: NamespacePair
  beforeAll(() => {
    if (why === undefined) pair = makeNamespacePair()
  })
  afterAll(() => {
    if (why === undefined) pair.close()
  })

  // What a source says it cannot see is not asked of it, so here it has to say that it sees all.
  test('the source sees everything there is to see', () => {
    const source = openWholeBpf()
    const { sees, lost } = source.status()
    source.close()
    expect([...sees].sort()).toEqual([...sights].sort())
    expect(lost).toEqual([])
  })

  for (const [name, sentence] of Object.entries(sentences) as [TrafficCase, string][])
    test(`${name}: ${sentence}`, async () => {
      const { differences } = await watchTraffic(openWholeBpf, pair, name)
      expect(differences).toEqual([])
    })
})
