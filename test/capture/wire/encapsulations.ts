import type { Written } from './capture-bytes.ts'
import * as make from './packet-bytes.ts'

/** What a generated capture holds, by construction. */
export interface Encapsulation {
  readonly name: string
  readonly linkType: number
  readonly packets: readonly Written[]
  /** Protocol and tunnel of each carrier flow; every one of them carries all packets. */
  readonly carriers: readonly string[]
  /** `tunnel` of the inner flows. */
  readonly innermost: string
  /** Identifier there; 0 for none. */
  readonly tunnelId: number
}

/** The conversation inside each of them. */
export const talk = {
  tcp: { packets: [3, 2], payload: [100, 700] },
  udp: { packets: [1, 1], payload: [30, 512] },
  ports: { tcp: [40_000, 80], udp: [50_000, 53] },
} as const

type Wrap = (family: 4 | 6, packet: Uint8Array) => Uint8Array

const near = '10.1.0.1'
const far = '10.1.0.2'
const { tcp, udp, data, flags, etherType, protocol } = make

type Ip = (towards: 'far' | 'near', carried: number, payload: Uint8Array) => Uint8Array
const ip4: Ip = (towards, carried, payload) =>
  make.ipv4(towards === 'far' ? [near, far] : [far, near], carried, payload)
const ip6: Ip = (towards, carried, payload) =>
  make.ipv6(towards === 'far' ? [1, 2] : [2, 1], carried, payload)

/** Five segments of TCP and two datagrams, by one way of making IP packets of them. */
function conversation(ip: Ip): Uint8Array[] {
  const up = talk.ports.tcp
  const down = [up[1], up[0]] as const
  const [client, server] = talk.ports.udp
  return [
    ip('far', protocol.tcp, tcp(up, data(0), flags.syn)),
    ip('near', protocol.tcp, tcp(down, data(0), flags.syn | flags.ack)),
    ip('far', protocol.tcp, tcp(up, data(100))),
    ip('near', protocol.tcp, tcp(down, data(700))),
    ip('far', protocol.tcp, tcp(up, data(0), flags.fin | flags.ack)),
    ip('far', protocol.udp, udp([client, server], data(30))),
    ip('near', protocol.udp, udp([server, client], data(512))),
  ]
}

const onEthernet: Wrap = (family, packet) =>
  make.ethernet(family === 4 ? etherType.ipv4 : etherType.ipv6, packet)
const etherTypeOf = (family: 4 | 6) => (family === 4 ? etherType.ipv4 : etherType.ipv6)
const outer = (carried: number, payload: Uint8Array) =>
  onEthernet(4, make.ipv4(['192.0.2.1', '192.0.2.2'], carried, payload))
const outer6 = (carried: number, payload: Uint8Array) =>
  onEthernet(6, make.ipv6([0x11, 0x12], carried, payload))

interface Kind {
  readonly wrap: Wrap
  readonly linkType?: number
  readonly ip?: Ip
  readonly family?: 4 | 6
  readonly carriers?: readonly string[]
  readonly innermost?: string
  readonly tunnelId?: number
}

const options = [7, 3, 4, 0]
const kinds: Readonly<Record<string, Kind>> = {
  ethernet: { wrap: onEthernet },
  vlan: {
    wrap: (family, packet) =>
      make.ethernet(etherType.vlan, make.tag(5, etherTypeOf(family), packet)),
  },
  qinq: {
    wrap: (family, packet) =>
      make.ethernet(
        etherType.qinq,
        make.tag(9, etherType.vlan, make.tag(5, etherTypeOf(family), packet)),
      ),
  },
  'linux cooked': {
    linkType: 113,
    wrap: (family, packet) => make.cooked(etherTypeOf(family), packet),
  },
  'linux cooked 2': {
    linkType: 276,
    wrap: (family, packet) => make.cooked2(etherTypeOf(family), packet),
  },
  'raw ip': { linkType: 101, wrap: (_family, packet) => packet },
  'ipv4 with options': {
    wrap: onEthernet,
    ip: (towards, carried, payload) =>
      make.ipv4(towards === 'far' ? [near, far] : [far, near], carried, payload, { options }),
  },
  ipv6: { wrap: onEthernet, ip: ip6, family: 6 },
  'raw ipv6': { linkType: 101, wrap: (_family, packet) => packet, ip: ip6, family: 6 },
  'ipv6 with extensions': {
    wrap: onEthernet,
    family: 6,
    ip: (towards, carried, payload) =>
      ip6(
        towards,
        protocol.hopByHop,
        make.extension(protocol.destination, make.extension(carried, payload)),
      ),
  },
  'authentication header': {
    wrap: onEthernet,
    ip: (towards, carried, payload) => ip4(towards, protocol.ah, make.ah(carried, payload)),
  },
  gre: {
    wrap: (_family, packet) => outer(protocol.gre, make.gre(etherType.ipv4, packet)),
    carriers: ['gre in none'],
    innermost: 'gre',
  },
  'gre with key': {
    wrap: (_family, packet) => outer(protocol.gre, make.gre(etherType.ipv4, packet, 77)),
    carriers: ['gre in none'],
    innermost: 'gre',
    tunnelId: 77,
  },
  'gre of ethernet': {
    wrap: (family, packet) => outer(protocol.gre, make.gre(0x6558, onEthernet(family, packet))),
    carriers: ['gre in none'],
    innermost: 'gre',
  },
  ipip: {
    wrap: (_family, packet) => outer(protocol.ipip, packet),
    carriers: ['4 in none'],
    innermost: 'ipip',
  },
  '6in4': {
    wrap: (_family, packet) => outer(protocol.sixInFour, packet),
    ip: ip6,
    family: 6,
    carriers: ['41 in none'],
    innermost: '6in4',
  },
  vxlan: {
    wrap: (family, packet) =>
      outer(protocol.udp, udp([54_321, 4789], make.vxlan(42, onEthernet(family, packet)))),
    carriers: ['udp in none'],
    innermost: 'vxlan',
    tunnelId: 42,
  },
  'vxlan over ipv6': {
    wrap: (family, packet) =>
      outer6(protocol.udp, udp([54_321, 4789], make.vxlan(42, onEthernet(family, packet)))),
    carriers: ['udp in none'],
    innermost: 'vxlan',
    tunnelId: 42,
  },
  geneve: {
    wrap: (family, packet) =>
      outer(protocol.udp, udp([54_321, 6081], make.geneve(43, 0x6558, onEthernet(family, packet)))),
    carriers: ['udp in none'],
    innermost: 'geneve',
    tunnelId: 43,
  },
  'vxlan of gre': {
    wrap: (_family, packet) => {
      const inGre = make.ipv4(
        ['172.16.0.1', '172.16.0.2'],
        protocol.gre,
        make.gre(etherType.ipv4, packet),
      )
      return outer(protocol.udp, udp([54_321, 4789], make.vxlan(7, onEthernet(4, inGre))))
    },
    carriers: ['udp in none', 'gre in vxlan'],
    innermost: 'gre',
  },
}

/** One capture of the conversation in each encapsulation. */
export const encapsulations: readonly Encapsulation[] = Object.entries(kinds).map(
  ([name, { wrap, linkType = 1, ip = ip4, family = 4, ...kind }]) => ({
    name,
    linkType,
    packets: conversation(ip).map((packet, i) => ({
      bytes: wrap(family, packet),
      time: 1_700_000_000 + i / 8,
    })),
    carriers: kind.carriers ?? [],
    innermost: kind.innermost ?? 'none',
    tunnelId: kind.tunnelId ?? 0,
  }),
)
