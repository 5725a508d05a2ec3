import { wireLimits } from '../../model/wire-limits.ts'
import type { CapturedPacket } from './captured-packet.ts'
import { ethernet, vlan } from './headers/ethernet.ts'
import { geneve } from './headers/geneve.ts'
import { gre } from './headers/gre.ts'
import { ipv4 } from './headers/ipv4.ts'
import { ah, ipv6, ipv6Extension } from './headers/ipv6.ts'
import { linuxCooked, linuxCooked2 } from './headers/linux-cooked.ts'
import { ip, loopback } from './headers/raw-ip.ts'
import { sctp } from './headers/sctp.ts'
import { tcp } from './headers/tcp.ts'
import { udp } from './headers/udp.ts'
import { vxlan } from './headers/vxlan.ts'
import type { Header, PacketWalk, WalkEnd } from './packet-walk.ts'

/** First header of a packet by LINKTYPE_ number (tcpdump.org/linktypes.html). */
const firstHeaders: Readonly<Record<number, Header>> = {
  0: 'loopback',
  1: 'ethernet',
  // DLT_RAW has these numbers on other systems, and old files have them too.
  12: 'ip',
  14: 'ip',
  101: 'ip',
  108: 'loopback',
  113: 'linux-cooked',
  228: 'ipv4',
  229: 'ipv6',
  276: 'linux-cooked-2',
}

type HeaderReader = (walk: PacketWalk) => Header | WalkEnd

const readers: Readonly<Record<Header, HeaderReader>> = {
  ethernet,
  vlan,
  'linux-cooked': linuxCooked,
  'linux-cooked-2': linuxCooked2,
  loopback,
  ip,
  ipv4,
  ipv6,
  'ipv6-extension': ipv6Extension,
  ah,
  tcp,
  udp,
  sctp,
  gre,
  vxlan,
  geneve,
}

/** Walks over a packet's headers; afterwards `walk.layers`, up to `walk.depth`, are its IP headers. */
export function walkPacket(walk: PacketWalk, packet: CapturedPacket): WalkEnd {
  walk.begin(packet)
  let next: Header | WalkEnd = firstHeaders[packet.linkType] ?? 'link-type'
  for (let headers = 0; headers <= wireLimits.wireHeadersMax; headers++) {
    const read: HeaderReader | undefined = readers[next as Header]
    if (!read) return next as WalkEnd
    next = read(walk)
  }
  return 'too-deep'
}
