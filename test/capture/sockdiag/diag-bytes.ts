import { openSync } from 'node:fs'
import { constants } from 'node:os'
import type { Native } from '../../../src/capture/native.ts'
import { encodeRequest, viewOf } from '../../../src/capture/sockdiag/netlink.ts'

/** What a kernel would say of one socket; everything else is zero. */
export interface KernelSocket {
  readonly family?: 2 | 10
  readonly state?: number
  readonly cookie?: bigint
  readonly localPort?: number
  readonly remotePort?: number
  readonly unread?: number
  readonly unacked?: number
  readonly uid?: number
  readonly inode?: number
  readonly sent?: number
  readonly retransmitted?: number
  readonly acked?: number
  readonly received?: number
  readonly segments?: number
  readonly quietMs?: number
  /** Bytes of tcp_info; 0 leaves the attribute out, as for TIME-WAIT. */
  readonly infoBytes?: number
}

/** struct inet_diag_msg with its attributes, written independently of the decoder, from linux/inet_diag.h. */
export function diagMessage(socket: KernelSocket): Uint8Array {
  const info = tcpInfo(socket)
  const message = new Uint8Array(72 + 8 + (info.length > 0 ? 4 + info.length : 0))
  const view = viewOf(message)
  message.set([socket.family ?? 2, socket.state ?? 1])
  view.setUint16(4, socket.localPort ?? 40_000)
  view.setUint16(6, socket.remotePort ?? 443)
  message.set([10, 0, 0, 1], 8)
  message.set([10, 0, 0, 2], 24)
  view.setBigUint64(44, socket.cookie ?? 1n, true)
  view.setUint32(56, socket.unread ?? 0, true)
  view.setUint32(60, socket.unacked ?? 0, true)
  view.setUint32(64, socket.uid ?? 0, true)
  view.setUint32(68, socket.inode ?? 0, true)
  // INET_DIAG_PROTOCOL comes first, as from a real kernel.
  view.setUint16(72, 5, true)
  view.setUint16(74, 10, true)
  if (info.length > 0) {
    view.setUint16(80, 4 + info.length, true)
    view.setUint16(82, 2, true)
    message.set(info, 84)
  }
  return message
}

function tcpInfo(socket: KernelSocket): Uint8Array {
  const whole = new Uint8Array(280)
  const view = viewOf(whole)
  const sent = socket.sent ?? 0
  for (const at of [44, 52, 56]) view.setUint32(at, socket.quietMs ?? 0, true)
  view.setBigUint64(120, BigInt(socket.acked ?? sent), true)
  view.setBigUint64(128, BigInt(socket.received ?? 0), true)
  view.setUint32(136, socket.segments ?? 1, true)
  view.setUint32(140, socket.segments ?? 1, true)
  view.setBigUint64(200, BigInt(sent + (socket.retransmitted ?? 0)), true)
  view.setBigUint64(208, BigInt(socket.retransmitted ?? 0), true)
  return whole.subarray(0, socket.infoBytes ?? whole.length)
}

const sockDiag = 20
const done = 3
const isDump = (request: Uint8Array) => (viewOf(request).getUint16(6, true) & 0x300) === 0x300

/** A kernel that lists the sockets it is given, and tells of those that are destroyed. */
export class FakeKernel {
  ipv4: readonly KernelSocket[] = []
  /** What has the address pair of whatever is asked for. */
  successor: KernelSocket | undefined
  /** Errno of every socket(2), or 0. */
  refuses = 0
  /** Errno instead of every dump, or 0. */
  refusesDumps = 0
  readonly #events: (Uint8Array | number)[] = []
  readonly #answers: Uint8Array[] = []
  /** Descriptors given out; a source opens the one that asks before the one that hears. */
  readonly #descriptors: number[] = []

  destroy(socket: KernelSocket): void {
    const payload = diagMessage({ state: 7, ...socket })
    this.#events.push(encodeRequest({ type: sockDiag, flags: 0, sequence: 0, payload }))
  }

  /** The event queue overflows. */
  overrun(): void {
    this.#events.push(-constants.errno.ENOBUFS)
  }

  damage(): void {
    this.#events.push(new Uint8Array(7))
  }

  readonly native: Native = {
    bpf: () => -constants.errno.EPERM,
    map: () => -constants.errno.EPERM,
    pageBytes: () => 4096,
    addressOf: () => 0n,
    // Real descriptors, because closing is Node's.
    socket: () => {
      if (this.refuses) return -this.refuses
      return this.#descriptors[this.#descriptors.push(openSync('/dev/null', 'r')) - 1]!
    },
    bindSocket: () => 0,
    connectSocket: () => 0,
    setSocketOption: () => 0,
    socketOption: () => 0,
    duplicate: () => -constants.errno.EBADF,
    replace: () => -constants.errno.EBADF,
    lockFile: () => 0,
    send: (_fd, request) => {
      this.#answer(request)
      return request.length
    },
    receive: (fd, into) => {
      const isAsking = this.#descriptors.indexOf(fd) % 2 === 0
      const queue = isAsking ? this.#answers : this.#events
      const next = queue.shift() ?? -constants.errno.EAGAIN
      if (typeof next === 'number') return next
      into.set(next)
      return next.length
    },
  }

  #answer(request: Uint8Array): void {
    const sequence = viewOf(request).getUint32(8, true)
    const message = (type: number, payload: Uint8Array) =>
      encodeRequest({ type, flags: 0, sequence, payload })
    if (!isDump(request)) {
      if (this.successor) this.#answers.push(message(sockDiag, diagMessage(this.successor)))
      else this.#answers.push(message(2, errorPayload(constants.errno.ENOENT)))
      return
    }
    if (this.refusesDumps) {
      this.#answers.push(message(2, errorPayload(this.refusesDumps)))
      return
    }
    const states = viewOf(request).getUint32(20, true)
    const listed = request[16] === 2 && states !== 0 ? this.ipv4 : []
    for (const socket of listed) this.#answers.push(message(sockDiag, diagMessage(socket)))
    this.#answers.push(message(done, new Uint8Array(4)))
  }
}

function errorPayload(errno: number): Uint8Array {
  const payload = new Uint8Array(20)
  viewOf(payload).setInt32(0, -errno, true)
  return payload
}
