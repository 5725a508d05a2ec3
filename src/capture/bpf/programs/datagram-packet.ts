import { Assembler, fp, r0, r1, r2, r3, r4, r6, r7, r8, r9 } from '../assembler.ts'
import { datagramKey } from '../records.ts'
import { countDatagram, key, keyTemplate } from './datagram-count.ts'
import { countLoss, helper, protocolTcp, protocolUdp, protocolUdpLite } from './emit.ts'
import type { ProgramContext } from './emit.ts'
import { skipExtensions } from './ipv6-extensions.ts'

export type PacketDirection = 'egress' | 'ingress'

/** Offsets in `struct __sk_buff`. */
const packet = { length: 0, etherType: 16, data: 76, dataEnd: 80, gsoSegments: 164 } as const
const ipv4Header = 20
const ipv6Header = 40
const udpHeader = 8
/** Bits of an IPv4 header's fragment offset, as a little-endian load sees them. */
const fragmentOffset = 0xff1f
const etherIpv4 = 0x0008
const etherIpv6 = 0xdd86
const allow = 1

/** Room on the stack for a header that is not in the packet's linear part. */
const header = -208

/**
 * cgroup_skb: counts every packet that is not TCP at the socket that sends or takes it, after reassembly and
 * before segmentation, so that one large GSO packet is all its segments. TCP leaves at the first byte that tells.
 *
 * Registers: r6 context, r7 packet, r8 bytes of headers, r9 protocol.
 */
export function datagramPacketProgram(
  context: ProgramContext,
  direction: PacketDirection,
): Uint8Array {
  const asm = new Assembler()
  asm
    .mov(r6, r1)
    .load(4, r7, r6, packet.data)
    .load(4, r3, r6, packet.dataEnd)
    .address(r4, r7, ipv4Header + udpHeader)
    .jumpIf(r4, '>', r3, 'not linear')
    .load(1, r2, r7, 0)
    .jumpIf(r2, '!=', 0x45, 'not plain IPv4')
    .load(1, r9, r7, 9)
    .jumpIf(r9, '==', protocolTcp, 'end')
    .load(2, r2, r7, 6)
    .alu('and', r2, fragmentOffset)
    .jumpIf(r2, '!=', 0, 'not linear')
  keyTemplate(asm)
  addressesIpv4(asm, direction)
  asm
    .mov(r8, ipv4Header)
    .jumpIf(r9, '==', protocolUdp, 'ports in reach')
    .jumpIf(r9, '!=', protocolUdpLite, 'count')
    .label('ports in reach')
    .load(4, r1, r7, ipv4Header)
  portsFromWord(asm, direction)
  asm
    .mov(r8, ipv4Header + udpHeader)
    .jump('count')
    .label('not plain IPv4')
    .alu('rsh', r2, 4)
    .jumpIf(r2, '!=', 6, 'not linear')
    .load(1, r9, r7, 6)
    .jumpIf(r9, '==', protocolTcp, 'end')
    .label('not linear')
  carefully(asm, context, direction)
  asm.label('count').load(4, r7, r6, packet.length).alu('sub', r7, r8)
  asm
    .load(4, r8, r6, packet.gsoSegments)
    .jumpIf(r8, '!=', 0, 'segments')
    .mov(r8, 1)
    .label('segments')
    .store(4, fp, key + datagramKey.protocol, r9)
  countDatagram(asm, context, direction)
  return asm.label('end').exit(allow).build()
}

/** Any packet, through copies of its headers: slower, for what is rare. */
function carefully(asm: Assembler, context: ProgramContext, direction: PacketDirection): void {
  asm
    .load(4, r1, r6, packet.etherType)
    .jumpIf(r1, '==', etherIpv6, 'IPv6')
    .jumpIf(r1, '!=', etherIpv4, 'end')
  copyHeader(asm, 0, ipv4Header, 'end')
  asm.address(r7, fp, header).load(1, r9, r7, 9).jumpIf(r9, '==', protocolTcp, 'end')
  keyTemplate(asm)
  addressesIpv4(asm, direction)
  asm
    .load(1, r8, r7, 0)
    .alu('and', r8, 15)
    .alu('lsh', r8, 2)
    .load(2, r1, r7, 6)
    .alu('and', r1, fragmentOffset)
    .jumpIf(r1, '!=', 0, 'no ports')
    .jump('ports')
    .label('IPv6')
  copyHeader(asm, 0, ipv6Header, 'end')
  asm.address(r7, fp, header).load(1, r9, r7, 6).jumpIf(r9, '==', protocolTcp, 'end')
  keyTemplate(asm)
  addressesIpv6(asm, direction)
  asm.mov(r8, ipv6Header)
  skipExtensions(asm, {
    packet: r6,
    offset: r8,
    protocol: r9,
    scratch: header,
    unknown: 'no ports',
  })
  asm
    .jumpIf(r9, '==', protocolTcp, 'end')
    .label('ports')
    .jumpIf(r9, '==', protocolUdp, 'copy ports')
    .jumpIf(r9, '!=', protocolUdpLite, 'count')
    .label('copy ports')
    .mov(r1, r6)
    .mov(r2, r8)
    .address(r3, fp, header)
    .mov(r4, 4)
    .call(helper.skbLoadBytes)
    .jumpIf(r0, '!=', 0, 'no ports')
    .load(4, r1, fp, header)
  portsFromWord(asm, direction)
  asm.alu('add', r8, udpHeader).jump('count').label('no ports')
  // Its bytes are counted, to a flow without ports.
  countLoss(asm, context.maps, 'ports-unreadable')
  asm.jump('count')
}

function copyHeader(asm: Assembler, from: number, bytes: number, orElse: string): void {
  asm
    .mov(r1, r6)
    .mov(r2, from)
    .address(r3, fp, header)
    .mov(r4, bytes)
    .call(helper.skbLoadBytes)
    .jumpIf(r0, '!=', 0, orElse)
}

/** Where source and destination belong in the key: whose end they are depends on the direction. */
const sourceAddress = (direction: PacketDirection) =>
  key + (direction === 'egress' ? datagramKey.localAddress : datagramKey.remoteAddress)
const destinationAddress = (direction: PacketDirection) =>
  key + (direction === 'egress' ? datagramKey.remoteAddress : datagramKey.localAddress)

function addressesIpv4(asm: Assembler, direction: PacketDirection): void {
  const places = [
    [12, sourceAddress(direction)],
    [16, destinationAddress(direction)],
  ] as const
  for (const [from, to] of places)
    asm
      .load(4, r1, r7, from)
      .store(4, fp, to + 8, -0x1_0000)
      .store(4, fp, to + 12, r1)
}

function addressesIpv6(asm: Assembler, direction: PacketDirection): void {
  for (let i = 0; i < 16; i += 8)
    asm
      .load(8, r1, r7, 8 + i)
      .store(8, fp, sourceAddress(direction) + i, r1)
      .load(8, r1, r7, 24 + i)
      .store(8, fp, destinationAddress(direction) + i, r1)
}

/** r1: source and destination port as the packet has them, which is how the key keeps them. */
function portsFromWord(asm: Assembler, direction: PacketDirection): void {
  if (direction === 'egress') {
    asm.store(4, fp, key + datagramKey.localPort, r1)
  } else {
    asm
      .mov(r2, r1)
      .alu('rsh', r2, 16)
      .store(2, fp, key + datagramKey.localPort, r2)
    asm.store(2, fp, key + datagramKey.remotePort, r1)
  }
}
