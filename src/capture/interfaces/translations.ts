import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { wireLimits } from '../../model/wire-limits.ts'
import { loadNative, type Native } from '../native.ts'
import { decodeDatagram, errnoOf, netlinkType } from '../sockdiag/netlink.ts'
import {
  bindNetlink,
  datagramBytesMax,
  growReceiveBuffer,
  joinNetlinkGroup,
  netlinkProtocol,
  openNetlink,
} from '../sockdiag/netlink-socket.ts'
import { decodeTranslation, encodeConntrackDump, type Translation } from './conntrack-message.ts'

/** NFNLGRP_CONNTRACK_NEW (linux/netfilter/nfnetlink_compat.h). */
const newConnections = 1

/**
 * Connections past this host's NAT, from the kernel's own table: those that are there when it is opened, as root, and
 * from then on also those that last no longer than a moment. Of our own network namespace.
 */
export class Translations {
  readonly #native: Native
  readonly #fd: number
  readonly #datagram = new Uint8Array(datagramBytesMax)
  /** By the order in which they came; the ends before NAT are the key. */
  readonly #found = new Map<string, Translation>()
  #missed = false

  /** Without connection tracking, or without the right to ask, there are none. Throws `CaptureError` `no-koffi`. */
  constructor() {
    this.#native = loadNative()
    this.#fd = openNetlink(this.#native, netlinkProtocol.netfilter)
    if (this.#fd < 0) return
    bindNetlink(this.#native, this.#fd)
    growReceiveBuffer(this.#native, this.#fd, wireLimits.translationBufferBytes)
    joinNetlinkGroup(this.#native, this.#fd, newConnections)
    this.#native.send(this.#fd, encodeConntrackDump(1))
    this.#receive()
  }

  /** All that are known by now. */
  read(): Iterable<Translation> {
    this.#receive()
    return this.#found.values()
  }

  /** Whether there are others: more than could be read or remembered, or all of them where we may not ask. */
  get missed(): boolean {
    return this.#missed
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
  }

  /** All that waits. The kernel makes the next piece of its table when the one before is read. */
  #receive(): void {
    while (this.#fd >= 0) {
      const length = this.#native.receive(this.#fd, this.#datagram)
      if (length === -constants.errno.ENOBUFS) this.#missed = true
      else if (length <= 0) return
      else this.#take(this.#datagram.subarray(0, length))
    }
  }

  #take(datagram: Uint8Array): void {
    for (const message of decodeDatagram(datagram).messages) {
      const { type, payload } = message
      const isRefusal = type === netlinkType.error && errnoOf(message) === constants.errno.EPERM
      if (isRefusal || type === netlinkType.overrun) this.#missed = true
      const found = decodeTranslation(type, payload)
      if (found) this.#keep(found)
    }
  }

  #keep(found: Translation): void {
    const { protocol, localAddress, localPort, remoteAddress, remotePort } = found.before
    const key = [protocol, localPort, remotePort, latin(localAddress), latin(remoteAddress)].join()
    this.#found.delete(key)
    this.#found.set(key, found)
    if (this.#found.size <= wireLimits.translationsMax) return
    this.#missed = true
    for (const [oldest] of this.#found) {
      this.#found.delete(oldest)
      return
    }
  }
}

const latin = (address: Uint8Array) => Buffer.from(address).toString('latin1')
