import { wireLimits } from '../../model/wire-limits.ts'
import type { CapturedPacket } from './captured-packet.ts'
import { newIpLayer, type IpLayer, type Tunnel } from './ip-layer.ts'

/** Headers that can come next in a packet. */
export type Header =
  | 'ethernet'
  | 'linux-cooked'
  | 'linux-cooked-2'
  | 'loopback'
  | 'ip'
  | 'vlan'
  | 'ipv4'
  | 'ipv6'
  | 'ipv6-extension'
  | 'ah'
  | 'tcp'
  | 'udp'
  | 'sctp'
  | 'gre'
  | 'vxlan'
  | 'geneve'

/** How the walk over a packet's headers ended. */
export type WalkEnd =
  /** All headers are read. */
  | 'whole'
  /** What was captured ends before the headers do. */
  | 'cut'
  /** A header contradicts itself or the packet's length; `PacketWalk.defect` says which. */
  | 'malformed'
  /** Something that is not IP; `PacketWalk.ethertype` says what. */
  | 'not-ip'
  /** More headers, or more IP headers, than the limit. */
  | 'too-deep'
  /** The packet begins with a kind of header that is not known. */
  | 'link-type'

/** Headers that can be wrong in themselves. */
export type PacketDefect =
  | 'ipv4-header'
  | 'ipv6-header'
  | 'tcp-header'
  | 'udp-header'
  | 'gre-header'
  /** A datagram claims more bytes than its packet has. */
  | 'ip-length'

/**
 * The way through one packet's headers. Each header's function looks at the bytes from `at`, moves on, and names what
 * comes next. Reads go through `has` first: no function trusts a length that the packet claims.
 */
export class PacketWalk {
  bytes: Uint8Array = new Uint8Array()
  at = 0
  /** End of what was captured of the datagram that is being read. */
  end = 0
  /** Where that datagram ended on the wire, by the packet's lengths. */
  wireEnd = 0
  /** Protocol number that an extension header, or its end, is dispatched by. */
  protocol = 0
  /** Of the innermost frame; where the walk ended with `not-ip`, what it carries. */
  ethertype = 0
  defect: PacketDefect = 'ipv4-header'
  /** A datagram claims more bytes than there were; its payload is taken to end where the packet did. */
  overclaims = false
  /** IP headers so far, in `layers`. */
  depth = 0
  readonly layers: readonly IpLayer[] = Array.from(
    { length: wireLimits.wireIpLayersMax },
    newIpLayer,
  )
  #tunnel: Tunnel = 'none'
  #tunnelId = 0
  #isInFragment = false

  begin(packet: CapturedPacket): void {
    this.bytes = packet.bytes
    this.at = packet.at
    this.end = packet.end
    this.wireEnd = packet.at + packet.wireBytes
    this.ethertype = 0
    this.depth = 0
    this.overclaims = false
    this.#isInFragment = false
    this.#tunnel = 'none'
    this.#tunnelId = 0
  }

  /** Whether `count` bytes from here are captured and belong to the datagram. */
  has(count: number): boolean {
    return this.at + count <= this.end
  }

  u8(offset: number): number {
    return this.bytes[this.at + offset]!
  }

  u16(offset: number): number {
    const at = this.at + offset
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!
  }

  u32(offset: number): number {
    return ((this.u16(offset) << 16) | this.u16(offset + 2)) >>> 0
  }

  /** The end for a header of `count` bytes that is not all there: on the wire it was, or it never was. */
  short(count: number, defect: PacketDefect): WalkEnd {
    return this.at + count <= this.wireEnd ? 'cut' : this.malformed(defect)
  }

  malformed(defect: PacketDefect): WalkEnd {
    this.defect = defect
    return 'malformed'
  }

  /** What comes next is inside a tunnel. */
  enter(tunnel: Tunnel, tunnelId: number): void {
    this.#tunnel = tunnel
    this.#tunnelId = tunnelId
  }

  /** The layer of an IP header that begins here; undefined where there are too many. */
  beginLayer(): IpLayer | undefined {
    const layer = this.layers[this.depth]
    if (!layer) return undefined
    this.depth += 1
    layer.sourcePort = layer.destinationPort = layer.tcpFlags = 0
    layer.fragment = 'whole'
    layer.fragmentId = 0
    layer.tunnel = this.#tunnel
    layer.tunnelId = this.#tunnelId
    this.#tunnel = 'none'
    this.#tunnelId = 0
    return layer
  }

  /** The datagram has `bytes` from here by its own length: what lies behind is padding of the frame. */
  boundDatagram(bytes: number): void {
    const claimedEnd = this.at + bytes
    // What is inside a first fragment goes on in the later ones.
    if (claimedEnd > this.wireEnd && !this.#isInFragment) {
      this.overclaims = true
      return
    }
    this.wireEnd = claimedEnd
    if (claimedEnd < this.end) this.end = claimedEnd
  }

  /** The innermost IP packet is a fragment at this offset from the beginning of the whole. */
  markFragment(offset: number, id: number): void {
    const layer = this.layers[this.depth - 1]!
    layer.fragment = offset === 0 ? 'first' : 'later'
    layer.fragmentId = id
    this.#isInFragment = true
  }

  /** Passes a header of `count` bytes, and takes what follows for the innermost layer's payload. */
  passTransport(count: number): void {
    this.at += count
    this.notePayload()
  }

  notePayload(): void {
    const layer = this.layers[this.depth - 1]!
    layer.payloadBytes = Math.max(0, this.wireEnd - this.at)
    layer.payloadAt = Math.min(this.at, this.end)
    layer.payloadEnd = this.end
  }
}
