import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { identity } from './records.ts'

/** Device types whose packets the kernel itself carries over UDP (`DEVTYPE` of the device's uevent). */
const udpTunnels = new Set(['wireguard', 'vxlan', 'geneve', 'bareudp', 'gtp', 'amt'])

/** Which processes and kernel sockets carry a tunnel, so that their flows are kept out of totals. */
export class Carriers {
  /** Start by pid. */
  #holders: ReadonlyMap<number, number> = new Map()
  #found = new Map<number, number>()
  #kernelTunnel = false

  /**
   * Whether a process has /dev/net/tun open. A heuristic in one respect: all its flows count as the tunnel's
   * transport, also those of a management port.
   */
  holdsTun(pid: number, startNs: number): boolean {
    return this.#holders.get(pid) === startNs
  }

  /**
   * Whether the kernel has a tunnel over UDP: its own UDP sockets are then taken for that tunnel's. A heuristic:
   * other UDP sockets of the kernel (NFS, Ceph) on such a host are taken for it too. Only devices of our own
   * network namespace are seen.
   */
  get kernelTunnel(): boolean {
    return this.#kernelTunnel
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
    this.#kernelTunnel = hasUdpTunnel()
  }
}

function hasUdpTunnel(root = '/sys/class/net'): boolean {
  return namesIn(root).some((device) => {
    const type = /^DEVTYPE=(.*)$/m.exec(textOf(join(root, device, 'uevent')))
    return type !== null && udpTunnels.has(type[1]!)
  })
}

/** Devices come and go, and /sys may be hidden: nothing to read means no tunnel to see. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
