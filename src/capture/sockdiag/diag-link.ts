import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { CaptureError } from '../capture-error.ts'
import { errnoName, type Native } from '../native.ts'
import {
  decodeSocket,
  encodeDumpRequest,
  encodePairRequest,
  sockDiagByFamily,
  type DiagSocket,
  type Family,
} from './diag-message.ts'
import { decodeDatagram, encodeRequest, errnoOf, netlinkFlag, netlinkType } from './netlink.ts'
import {
  bindNetlink,
  datagramBytesMax,
  growReceiveBuffer,
  joinNetlinkGroup,
  netlinkProtocol,
  openNetlink,
} from './netlink-socket.ts'

/** SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY (linux/sock_diag.h). */
const destroyGroups = [1, 3]

/** Room for some 10,000 destroy events between two drains; the kernel grants what rmem_max allows without root. */
const eventBufferBytes = 8 * 1024 * 1024

/** How a dump ended. `changed`: sockets came and went during it, so one that is missing may be alive. */
export type DumpEnd = 'whole' | 'changed' | 'failed'

/** What reading the destroy events found besides events. */
export interface EventsRead {
  /** The kernel dropped events because we read too slowly (ENOBUFS). */
  readonly overruns: number
  readonly damaged: number
}

/** The two netlink sockets of sock_diag: one asks and is answered, one hears of sockets that are destroyed. */
export class DiagLink {
  readonly #native: Native
  readonly #asking: number
  readonly #hearing: number
  readonly #answer = new Uint8Array(datagramBytesMax)
  /** Its own, because whoever is told of an event may ask about it while the datagram is still being read. */
  readonly #event = new Uint8Array(datagramBytesMax)
  #sequence = 0

  /** Throws `CaptureError` `netlink` where the kernel refuses either socket. */
  constructor(native: Native) {
    this.#native = native
    this.#asking = this.#open()
    try {
      this.#hearing = this.#open()
      this.#join()
    } catch (error) {
      closeSync(this.#asking)
      throw error
    }
  }

  close(): void {
    closeSync(this.#asking)
    closeSync(this.#hearing)
  }

  /** All TCP sockets of a family in our network namespace that are in one of the states. */
  dump(family: Family, states: number, each: (socket: DiagSocket) => void): DumpEnd {
    return this.#ask(encodeDumpRequest(family, states), netlinkFlag.dump, each)
  }

  /** The socket that has this address pair now: a TIME-WAIT, a new connection or a listener; undefined for none. */
  successorOf(socket: DiagSocket): DiagSocket | undefined {
    let found: DiagSocket | undefined
    this.#ask(encodePairRequest(socket), 0, (answer) => (found = answer))
    return found
  }

  /** Every destroy event that waits. */
  hear(each: (socket: DiagSocket) => void): EventsRead {
    let overruns = 0
    let damaged = 0
    for (;;) {
      const length = this.#native.receive(this.#hearing, this.#event)
      if (length === -constants.errno.ENOBUFS) {
        overruns += 1
        continue
      }
      if (length <= 0) return { overruns, damaged }
      const { messages, damage } = decodeDatagram(this.#event.subarray(0, length))
      if (damage) damaged += 1
      for (const { type, payload } of messages) {
        const socket = type === sockDiagByFamily ? decodeSocket(payload) : undefined
        if (socket) each(socket)
        else damaged += 1
      }
    }
  }

  /** One dump that must succeed, to find out at the start whether the kernel has inet_diag. */
  probe(family: Family): void {
    const request = encodeRequest({
      type: sockDiagByFamily,
      flags: netlinkFlag.request | netlinkFlag.dump,
      sequence: (this.#sequence += 1),
      payload: encodeDumpRequest(family, 0),
    })
    const sent = this.#native.send(this.#asking, request)
    if (sent < 0) throw refusal('send(SOCK_DIAG_BY_FAMILY)', sent)
    const length = this.#native.receive(this.#asking, this.#answer)
    if (length < 0) throw refusal('recv(SOCK_DIAG_BY_FAMILY)', length)
    const [first] = decodeDatagram(this.#answer.subarray(0, length)).messages
    const errno = first?.type === netlinkType.error ? errnoOf(first) : 0
    if (errno) throw refusal('SOCK_DIAG_BY_FAMILY', -errno)
  }

  #ask(payload: Uint8Array, flags: number, each: (socket: DiagSocket) => void): DumpEnd {
    const sequence = (this.#sequence = (this.#sequence + 1) >>> 0)
    const request = encodeRequest({
      type: sockDiagByFamily,
      flags: netlinkFlag.request | flags,
      sequence,
      payload,
    })
    if (this.#native.send(this.#asking, request) < 0) return 'failed'
    let changed = false
    for (;;) {
      // The kernel answers within send and recv, so an empty queue is an answer that broke off.
      const length = this.#native.receive(this.#asking, this.#answer)
      if (length <= 0) return 'failed'
      const { messages, damage } = decodeDatagram(this.#answer.subarray(0, length))
      for (const message of messages) {
        // Left from an answer that broke off.
        if (message.sequence !== sequence) continue
        if (message.flags & netlinkFlag.dumpInterrupted) changed = true
        if (message.type === netlinkType.done) return changed ? 'changed' : 'whole'
        if (message.type !== sockDiagByFamily) return 'failed'
        const socket = decodeSocket(message.payload)
        if (socket) each(socket)
        if (flags === 0) return 'whole'
      }
      if (damage) return 'failed'
    }
  }

  #open(): number {
    const fd = openNetlink(this.#native, netlinkProtocol.sockDiag)
    if (fd < 0) throw refusal('socket(AF_NETLINK, NETLINK_SOCK_DIAG)', fd)
    return fd
  }

  #join(): void {
    this.#check('bind', bindNetlink(this.#native, this.#hearing))
    // Where it stays small, that is no reason to stop.
    growReceiveBuffer(this.#native, this.#hearing, eventBufferBytes)
    for (const group of destroyGroups)
      this.#check(
        `setsockopt(NETLINK_ADD_MEMBERSHIP, ${group})`,
        joinNetlinkGroup(this.#native, this.#hearing, group),
      )
  }

  #check(call: string, result: number): void {
    if (result >= 0) return
    closeSync(this.#hearing)
    throw refusal(call, result)
  }
}

function refusal(call: string, result: number): CaptureError {
  const why = errnoName(-result)
  return new CaptureError(
    'netlink',
    `the kernel refuses to list sockets: ${call}: ${why}`,
    ['EMFILE', 'ENFILE'].includes(why)
      ? 'raise the limit of open files (ulimit -n)'
      : 'load the modules inet_diag and tcp_diag (modprobe tcp_diag), and allow AF_NETLINK sockets where a sandbox ' +
          'or container profile forbids them',
  )
}
