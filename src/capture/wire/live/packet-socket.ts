import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { CaptureError } from '../../capture-error.ts'
import { loadNative, type Native } from '../../native.ts'

/** SOL_PACKET, PACKET_STATISTICS (linux/if_packet.h); SOL_SOCKET, SO_ATTACH_FILTER (asm-generic/socket.h). */
const solPacket = 263
const packetStatistics = 6
const solSocket = 1
const attachFilter = 26

/** Classic BPF (linux/filter.h). */
const loadWord = 0x20
const jumpEqual = 0x15
const giveBytes = 0x06
/** SKF_AD_OFF + SKF_AD_PKTTYPE: the kernel's own knowledge of which way the packet goes. */
const packetType = 0xffff_f004
const packetOutgoing = 4
const instructionBytes = 8

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number]

/** What passed the filter since the last look: packets that reached the ring, and those that found it full. */
export interface PassedPackets {
  readonly kept: number
  readonly dropped: number
}

/**
 * The kernel's socket below an open capture. `cap` cannot ask it for losses, nor cut packets before they are copied;
 * it is a descriptor of this process, so both can be done here.
 */
export class PacketSocket {
  readonly #native: Native
  readonly #fd: number

  constructor(fd: number, native: Native) {
    this.#fd = fd
    this.#native = native
  }

  /** Copies the first `bytes` of each packet; 0: takes none. `once`: of a packet that comes back (loopback) one of two. */
  pass(bytes: number, once: boolean): void {
    const skipOutgoing: Instruction[] = [
      [loadWord, 0, 0, packetType],
      [jumpEqual, 0, 1, packetOutgoing],
      [giveBytes, 0, 0, 0],
    ]
    const program = encoded([...(once ? skipOutgoing : []), [giveBytes, 0, 0, bytes]])
    const header = new DataView(new ArrayBuffer(16))
    header.setUint16(0, program.length / instructionBytes, true)
    header.setBigUint64(8, this.#native.addressOf(program), true)
    const result = this.#native.setSocketOption(
      this.#fd,
      solSocket,
      attachFilter,
      new Uint8Array(header.buffer),
    )
    if (result < 0)
      throw new CaptureError(
        'packet-filter',
        `the kernel refused a packet filter (errno ${-result})`,
        'run as root, or with CAP_NET_RAW',
      )
  }

  /** Undefined where the kernel does not say. Reading sets the kernel's counters to 0. */
  passed(): PassedPackets | undefined {
    const counts = new Uint32Array(2)
    const bytes = new Uint8Array(counts.buffer)
    if (this.#native.socketOption(this.#fd, solPacket, packetStatistics, bytes) < 0)
      return undefined
    return { kept: counts[0]! - counts[1]!, dropped: counts[1]! }
  }
}

/** The packet socket that `open` makes; undefined where it cannot be told, or koffi is missing. */
export function socketMadeBy(open: () => void): PacketSocket | undefined {
  const before = packetSockets()
  open()
  const made = [...packetSockets()].filter((fd) => !before.has(fd))
  if (made.length !== 1) return undefined
  try {
    return new PacketSocket(made[0]!, loadNative())
  } catch (error) {
    // Without koffi there is a capture all the same, which does not know its losses.
    if (error instanceof CaptureError) return undefined
    throw error
  }
}

function packetSockets(): ReadonlySet<number> {
  const rows = readFileSync('/proc/self/net/packet', 'utf8').trim().split('\n').slice(1)
  const inodes = new Set(rows.map((row) => row.trim().split(/\s+/).at(-1)))
  const found = new Set<number>()
  for (const fd of readdirSync('/proc/self/fd')) {
    const inode = /^socket:\[(\d+)\]$/.exec(targetOf(fd))?.[1]
    if (inode !== undefined && inodes.has(inode)) found.add(Number(fd))
  }
  return found
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    // The descriptor by which the directory itself was read.
    return ''
  }
}

function encoded(instructions: readonly Instruction[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(instructions.length * instructionBytes))
  for (const [i, [code, jumpTrue, jumpFalse, operand]] of instructions.entries()) {
    const at = i * instructionBytes
    view.setUint16(at, code, true)
    view.setUint8(at + 2, jumpTrue)
    view.setUint8(at + 3, jumpFalse)
    view.setUint32(at + 4, operand, true)
  }
  return new Uint8Array(view.buffer)
}
