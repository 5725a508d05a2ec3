import { describe, expect, test } from 'vitest'
import { flowFlag, type FlowRecord } from '../../../src/model/flow.ts'
import { kernelOwner } from '../../../src/model/owner.ts'
import { vocabulary } from '../../../src/model/vocabulary.ts'
import { flowPredicate } from '../../../src/query/filter/flow-predicate.ts'
import { grammarPage } from '../../../src/query/filter/grammar-page.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'
import { specOf, wordNamed, wordNames } from '../../../src/query/filter/words.ts'
import { recordOf } from '../../sim/record.ts'
import { useSmallWhereabouts } from '../../sim/small-whereabouts.ts'
import { address, curl } from '../../sim/sample.ts'

useSmallWhereabouts()

function matches(text: string, flow: FlowRecord): boolean {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`)
  return flowPredicate(parsed.filter)(flow)
}

const v4 = { localAddress: address('192.0.2.10'), remoteAddress: address('10.1.2.3') }
const outbound = recordOf({ ...v4, localPort: 40_000, remotePort: 443 })
const inbound = recordOf({ ...v4, localPort: 22, remotePort: 50_000, direction: 'inbound' })
const unknown = recordOf({ ...v4, direction: 'unknown' })
const v6 = recordOf({ localAddress: address('2001:db8::1'), remoteAddress: address('2001:db9::2') })
const ping = recordOf({ ...v4, protocol: 1, localPort: 443, remotePort: 443, rttUs: 0 })
const ofKernel = recordOf({ owner: kernelOwner })
const ofNobody = recordOf({ owner: { kind: 'unknown', why: 'ended before capture began' } })
const worker = { ...curl, pid: 815, process: 'nginx worker', uid: 33, user: 'www-data' }
const nginx = recordOf({ owner: curl, actor: worker })
const inDocker = recordOf({
  owner: { ...curl, container: 'docker:0123456789ab', cgroup: '/a/b/c' },
})
const noPaths = recordOf({ owner: { ...curl, exe: '', cgroup: '' }, netns: 0 })
const google = recordOf({ remoteAddress: address('8.8.8.8') })
const quad9v6Unlisted = recordOf({ remoteAddress: address('2620:fe:1::1') })
const counted = recordOf({
  txBytes: 10_000_000,
  rxBytes: 1,
  txPackets: 7,
  rxPackets: 5,
  rttUs: 50_000,
})

/** Filters with a flow that each matches, and one that it does not. */
const truths: readonly (readonly [string, FlowRecord, FlowRecord])[] = [
  ['host 10.1.2.3', outbound, v6],
  ['host 192.0.2.10', outbound, v6],
  ['ip 10.1.2.3', outbound, v6],
  ['host ::ffff:10.1.2.3', outbound, v6],
  ['host 2001:db8::/32', v6, outbound],
  ['host (192.0.2.99,10.1.2.3)', outbound, v6],
  ['net 10.0.0.0/8', outbound, v6],
  ['net 10.1.2.3/8', outbound, v6],
  ['net 10/8', outbound, v6],
  ['net 0.0.0.0/0', outbound, v6],
  ['net ::/0', v6, outbound],
  ['net 10.1.2.2/31', outbound, recordOf({ remoteAddress: address('10.1.2.4') })],
  ['net 2001:db9::/33', v6, recordOf({ remoteAddress: address('2001:db9:8000::') })],
  ['port 443', outbound, ping],
  ['port 40000', outbound, inbound],
  ['port 1-100', inbound, outbound],
  ['portrange 22-22', inbound, outbound],
  ['port (80,443)', outbound, inbound],
  ['port in [80 443]', outbound, inbound],
  ['port < 23', inbound, outbound],
  ['remote port >= 50000', inbound, outbound],
  ['src host 192.0.2.10', outbound, inbound],
  ['src host 10.1.2.3', inbound, outbound],
  ['src 10.1.2.3', inbound, unknown],
  ['dst host 10.1.2.3', outbound, inbound],
  ['dst port 22', inbound, unknown],
  ['not src host 192.0.2.10', unknown, outbound],
  ['local host 192.0.2.10', outbound, v6],
  ['local port 22', inbound, outbound],
  ['remote net 10.0.0.0/8', unknown, v6],
  ['remote (10.1.2.3, 10.9.9.9)', unknown, v6],
  ['local_ip 192.0.2.0/24', inbound, v6],
  ['local_port 22', inbound, outbound],
  ['remote_ip 10.1.2.3', inbound, v6],
  ['remote_port 443', outbound, inbound],

  ['process curl', outbound, nginx],
  ['process "nginx worker"', nginx, outbound],
  ['process nginx*', nginx, outbound],
  ['process kernel', ofKernel, ofNobody],
  ['process c?rl', outbound, ofKernel],
  ['process (wget,curl)', outbound, nginx],
  ['process = curl', outbound, nginx],
  ['process != curl', ofKernel, outbound],
  ['exe /usr/bin/curl', outbound, noPaths],
  ['exe curl', outbound, ofKernel],
  ['exe /usr/*', outbound, noPaths],
  ['pid 815', nginx, outbound],
  ['pid != 815', ofKernel, nginx],
  ['user www-data', nginx, outbound],
  ['user 33', nginx, outbound],
  ['user (bob, alice)', outbound, nginx],
  ['uid >= 1000', outbound, nginx],
  ['not uid >= 1000', ofKernel, outbound],
  ['container docker:*', inDocker, outbound],
  ['container 0123456789ab', inDocker, outbound],
  ['container "docker:0123456789ab"', inDocker, outbound],
  ['not container *', outbound, inDocker],
  ['cgroup /user.slice', outbound, noPaths],
  ['cgroup /a/*', inDocker, outbound],
  ['netns 4026531840', outbound, noPaths],
  ['owner process', outbound, ofKernel],
  ['owner kernel', ofKernel, ofNobody],
  ['owner unknown', ofNobody, outbound],

  ['tcp', outbound, ping],
  ['udp', recordOf({ protocol: 17 }), outbound],
  ['icmp', ping, outbound],
  ['icmp6', recordOf({ protocol: 58 }), ping],
  ['ipv4', outbound, v6],
  ['inet', outbound, v6],
  ['ipv6', v6, outbound],
  ['ip6', v6, outbound],
  ['outbound', outbound, unknown],
  ['inbound', inbound, unknown],
  ['open', recordOf({ endReason: 'open' }), outbound],
  ['ended', outbound, recordOf({ endReason: 'open' })],
  ['partial', recordOf({ flags: flowFlag.partial | flowFlag.loopback }), outbound],
  ['carrier', recordOf({ flags: flowFlag.carrier }), outbound],
  ['loopback', recordOf({ flags: flowFlag.partial | flowFlag.loopback }), outbound],
  ['proto tcp', outbound, ping],
  ['proto 6', outbound, ping],
  ['protocol (icmp,253)', recordOf({ protocol: 253 }), outbound],
  ['direction unknown', unknown, inbound],
  ['state established', recordOf({ state: 'established' }), outbound],
  ['state (SYN-SENT,closed)', outbound, recordOf({ state: 'established' })],
  ['end_reason end-detected', outbound, recordOf({ endReason: 'idle' })],
  [
    'community_id 1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
    recordOf({
      localAddress: address('128.232.110.120'),
      localPort: 34_855,
      remoteAddress: address('66.35.250.204'),
      remotePort: 80,
    }),
    outbound,
  ],

  ['bytes > 10M', counted, recordOf({ txBytes: 10_000_000, rxBytes: 0 })],
  ['bytes 10000001', counted, outbound],
  ['tx >= 10MB', counted, outbound],
  ['tx > 9.5Mi', counted, recordOf({ txBytes: 9_961_472 })],
  ['tx_bytes 10M', counted, outbound],
  ['rx 1', counted, outbound],
  ['rx_bytes < 3k', counted, outbound],
  [
    'packets 11-13',
    recordOf({ txPackets: 6, rxPackets: 7 }),
    recordOf({ txPackets: 7, rxPackets: 7 }),
  ],
  ['tx_packets > 6', counted, outbound],
  ['rx_packets <= 5', counted, outbound],
  ['rtt >= 50ms', counted, outbound],
  ['rtt 0.05s', counted, ping],
  ['rtt < 50ms', outbound, ping],
  ['not rtt < 50ms', ping, outbound],
  ['rtt_us 50000', counted, outbound],
  ['retransmits > 0', recordOf({ retransmits: 1 }), outbound],

  ['country US', google, quad9v6Unlisted],
  ['country (DE,us)', google, outbound],
  ['country "united states"', google, outbound],
  ['remote_country private', outbound, google],
  ['country unlisted', quad9v6Unlisted, google],
  ['not country US', outbound, google],
  ['as 15169', google, outbound],
  ['as (1,AS15169)', google, outbound],
  ['remote_as Cloud*', recordOf({ remoteAddress: address('1.1.1.1') }), google],
  ['as private', outbound, google],
  ['as != 15169', outbound, google],

  ['tcp and port 443', outbound, inbound],
  ['tcp port 443 user alice', outbound, inbound],
  ['port 22 or port 443', inbound, v6.remotePort === 443 ? recordOf({ remotePort: 1 }) : v6],
  ['not tcp', ping, outbound],
  ['! tcp || port 22 && inbound', inbound, outbound],
  ['not (tcp and outbound)', inbound, outbound],
  // As in pcap: from left to right, so this is (tcp or udp) and port 53.
  ['tcp or udp and port 53', recordOf({ remotePort: 53 }), outbound],
  ['not icmp port 443', outbound, inbound],
]

describe('a filter', () => {
  test.each(truths)('%s tells its flow from another', (text, yes, no) => {
    expect([matches(text, yes), matches(text, no)]).toEqual([true, false])
  })

  test('of every word is in these truths, and so is every alias', () => {
    const used = new Set(truths.flatMap(([text]) => text.split(/[\s(]+/).map(wordNamed)))
    expect(wordNames.filter((word) => !used.has(word))).toEqual([])
  })

  test('knows every name of the vocabulary but those of time, of the host and of what opened a shared socket', () => {
    const unknownNames = Object.keys(vocabulary).filter((name) => wordNamed(name) === undefined)
    expect(unknownNames).toEqual([
      'flow_id',
      'start',
      'end',
      'owner_unknown_why',
      'process_start',
      'parent_pid',
      'opened_by_pid',
      'opened_by_process',
      'flags',
    ])
  })

  test('of an IPv4 address as IPv6 sees it is the same address', () => {
    expect(parseFilter('host ::ffff:10.0.0.1')).toEqual(parseFilter('host 10.0.0.1'))
    expect(parseFilter('net ::ffff:0:0/96')).toEqual(parseFilter('net 0.0.0.0/0'))
  })
})

describe('the grammar page', () => {
  test('names every word and alias, within 100 columns', () => {
    const page = grammarPage()
    for (const word of wordNames)
      for (const name of [word, ...(specOf(word).aliases ?? [])]) expect(page).toContain(name)
    expect(Math.max(...page.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  test.each(wordNames.map((word) => [word, specOf(word).example] as const))(
    'the example of %s is a filter that uses it: %s',
    (word, example) => {
      expect(parseFilter(example).ok).toBe(true)
      expect(example.split(' ').map(wordNamed)).toContain(word)
    },
  )
})
