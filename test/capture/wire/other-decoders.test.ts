import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { formatAddress } from '../../../src/model/address.ts'
import type { WireFlow } from '../../../src/capture/wire/wire-flow.ts'
import { skipWhere } from '../../sim/skip-where.ts'
import { enhancedPacket, interfaceBlock, joined, pcap, sectionHeader } from './capture-bytes.ts'
import { applicationCaptures } from './application-captures.ts'
import { encapsulations, type Encapsulation } from './encapsulations.ts'
import { fragmented } from './fragments.ts'
import { readFile, removeScratchFiles, scratchFile } from './read-capture.ts'

removeScratchFiles()

const why = (program: string) =>
  spawnSync(program, ['--version']).status === 0 ? undefined : `needs ${program}`

const captures: readonly Pick<Encapsulation, 'name' | 'linkType' | 'packets'>[] = [
  ...encapsulations,
  ...fragmented,
  ...applicationCaptures,
]
const fileOf = ({ packets, linkType }: Pick<Encapsulation, 'linkType' | 'packets'>) =>
  scratchFile(pcap(packets, { linkType }))

/** `a <-> b: packets, bytes`, for each pair of addresses or ports that talked. */
type Conversations = Readonly<Record<string, string>>

class ConversationCounts {
  readonly #counts = new Map<string, { packets: number; bytes: number }>()

  add(ends: readonly string[], packets: number, bytes: number): void {
    const name = ends.toSorted().join(' <-> ')
    const count = this.#counts.get(name) ?? { packets: 0, bytes: 0 }
    this.#counts.set(name, { packets: count.packets + packets, bytes: count.bytes + bytes })
  }

  list(): Conversations {
    const entries = [...this.#counts].map(([name, { packets, bytes }]) => [
      name,
      `${packets} packets, ${bytes} bytes`,
    ])
    return Object.fromEntries(entries) as Conversations
  }
}

function oursOf(flows: readonly WireFlow[]): Conversations {
  const counts = new ConversationCounts()
  for (const { record: r, txWireBytes, rxWireBytes } of flows) {
    const packets = r.txPackets + r.rxPackets
    const bytes = txWireBytes + rxWireBytes
    counts.add([formatAddress(r.localAddress), formatAddress(r.remoteAddress)], packets, bytes)
    const name = { 6: 'tcp', 17: 'udp', 132: 'sctp' }[r.protocol]
    if (name !== undefined && r.localPort !== 0)
      counts.add([`${name} ${r.localPort}`, `${name} ${r.remotePort}`], packets, bytes)
  }
  return counts.list()
}

const layers = ['ip', 'ipv6'] as const
const transports = ['tcp', 'udp', 'sctp'] as const
const fields = [
  'frame.interface_id',
  'frame.len',
  ...layers.flatMap((layer) => [`${layer}.src`, `${layer}.dst`]),
  ...transports.flatMap((name) => [`${name}.srcport`, `${name}.dstport`]),
]

/** All captures in one file, each on an interface of its own: a start of tshark takes a second. */
function asPcapng(): Uint8Array {
  return joined(
    sectionHeader(),
    ...captures.map(({ linkType }) => interfaceBlock({ linkType })),
    ...captures.flatMap(({ packets }, id) =>
      packets.map((packet) => enhancedPacket({ ...packet, interface: id })),
    ),
  )
}

/** What tshark makes of each packet: all addresses and ports in it, outermost first; by interface. */
function tsharks(): readonly Conversations[] {
  const args = ['-n', '-r', scratchFile(asPcapng()), '-T', 'fields', '-E', 'aggregator=,']
  const apart = ['-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE']
  const asked = fields.flatMap((field) => ['-e', field])
  const { stdout } = spawnSync('tshark', [...args, ...apart, ...asked], { encoding: 'utf8' })
  const counts = captures.map(() => new ConversationCounts())
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [id = '', length = '', ...columns] = line.split('\t')
    const values = columns.map((column) => column.split(',').filter(Boolean))
    for (let at = 0; at < values.length; at += 2) {
      const name = transports[at / 2 - layers.length]
      const word = (end: string) => (name === undefined ? end : `${name} ${end}`)
      values[at]!.forEach((source, i) =>
        counts[Number(id)]!.add([word(source), word(values[at + 1]![i]!)], 1, Number(length)),
      )
    }
  }
  return counts.map((count) => count.list())
}

describe('tshark', () => {
  const missing = why('tshark')
  skipWhere(missing)
  let theirs: readonly Conversations[] = []
  beforeAll(() => {
    if (missing === undefined) theirs = tsharks()
  })

  test.each(captures.map((capture, i) => ({ ...capture, i })))(
    'counts the same packets and bytes of $name',
    (capture) => {
      expect(oursOf(readFile(fileOf(capture)).flows)).toEqual(theirs[capture.i])
    },
  )
})

/** The applications that tshark finds in one packet each, by its `frame.protocols`. */
function tsharkApplications(): readonly string[] {
  const path = scratchFile(
    pcap(
      applicationCaptures.flatMap(({ packets }) => packets),
      { linkType: 1 },
    ),
  )
  const words = ['-n', '-r', path, '-T', 'fields', '-e', 'frame.protocols']
  return spawnSync('tshark', words, { encoding: 'utf8' }).stdout.trim().split('\n')
}

describe('what tshark finds in a packet is found by us', () => {
  const missing = why('tshark')
  skipWhere(missing)
  let theirs: readonly string[] = []
  beforeAll(() => {
    if (missing === undefined) theirs = tsharkApplications()
  })

  test.each(applicationCaptures.map((capture, i) => ({ ...capture, i })))('$name', (capture) => {
    expect(theirs[capture.i]!.split(':')).toContain(capture.theirs)
    expect(readFile(fileOf(capture)).flows).toMatchObject([{ application: capture.application }])
  })
})

describe('tcpdump', () => {
  skipWhere(why('tcpdump'))

  const protocols = [1, 4, 6, 17, 41, 47, 50, 132]

  test.each(captures)('counts the same packets of each protocol of $name', (capture) => {
    const path = fileOf(capture)
    const { flows } = readFile(path)
    const ofProtocol = (protocol: number) =>
      flows
        .filter(({ record, tunnel }) => tunnel === 'none' && record.protocol === protocol)
        .reduce((sum, { record }) => sum + record.txPackets + record.rxPackets, 0)
    const ours = protocols.map((protocol) => `${protocol}: ${ofProtocol(protocol)}`)
    expect(ours).toEqual(
      protocols.map((protocol) => `${protocol}: ${dumped(path, protocol, capture)}`),
    )
  })
})

/** Packets of which tcpdump finds the protocol behind the first IP header and its extensions. */
function dumped(path: string, protocol: number, { name }: { readonly name: string }): number {
  const tags = { vlan: 'vlan and ', qinq: 'vlan and vlan and ' }[name] ?? ''
  const filter = `${tags}(ip protochain ${protocol} or ip6 protochain ${protocol})`
  const { stdout } = spawnSync('tcpdump', ['-nn', '-r', path, '--count', filter], {
    encoding: 'utf8',
  })
  return Number(/^(\d+) packet/m.exec(stdout)?.[1] ?? Number.NaN)
}
