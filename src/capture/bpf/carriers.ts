import { identity } from './records.ts'

/**
 * Which processes carry a tunnel, so that their flows are kept out of totals: those that hold /dev/net/tun. A
 * heuristic in one respect: all flows of such a process count as the tunnel's transport, its management port too.
 *
 * Tunnels of the kernel need no mark: their outer packets belong to no socket where they leave and are taken
 * before the socket filter where they arrive, so no program here ever sees them (tried with VXLAN on 6.18;
 * WireGuard sends through the same udp_tunnel_xmit_skb).
 */
export class Carriers {
  /** Start in ns by pid. */
  #holders: ReadonlyMap<number, number> = new Map()
  #found = new Map<number, number>()

  /** Whether the process with this pid and start held /dev/net/tun in the last whole pass. */
  has(pid: number, startNs: number): boolean {
    return this.#holders.get(pid) === startNs
  }

  /** Begins a pass: whoever is not found again in it has let go. */
  beginPass(): void {
    this.#found = new Map()
  }

  /** Takes the raw identity of a holder, at a byte offset. */
  found(words: Uint32Array, at: number): void {
    const start = (at + identity.start) >>> 2
    this.#found.set(words[at >>> 2]!, words[start]! + words[start + 1]! * 0x1_0000_0000)
  }

  endPass(): void {
    this.#holders = this.#found
  }
}
