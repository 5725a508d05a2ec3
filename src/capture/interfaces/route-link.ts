import { closeSync } from 'node:fs'
import type { Native } from '../native.ts'
import {
  decodeDatagram,
  encodeRequest,
  findAttribute,
  netlinkFlag,
  viewOf,
} from '../sockdiag/netlink.ts'
import { datagramBytesMax, netlinkProtocol, openNetlink } from '../sockdiag/netlink-socket.ts'

/** linux/rtnetlink.h. */
const messageType = { newLink: 16, getLink: 18, newNamespace: 88, getNamespace: 90 } as const
/** IFLA_LINK_NETNSID; NETNSA_NSID and NETNSA_PID (linux/net_namespace.h). */
const attribute = { linkNamespace: 37, namespace: 1, pid: 2 } as const
const interfaceInfoBytes = 16
const generalInfoBytes = 4

/**
 * Asks the kernel which network namespace is which: it has numbers for them that hold in our own one only, and that it
 * gives when a link there is first asked about.
 */
export class RouteLink {
  readonly #native: Native
  readonly #fd: number
  readonly #answer = new Uint8Array(datagramBytesMax)
  #sequence = 0

  constructor(native: Native) {
    this.#native = native
    this.#fd = openNetlink(native, netlinkProtocol.route)
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
  }

  /** Where the other end of a link is (veth, macvlan); undefined where it is here, or there is none. */
  namespaceBehind(interfaceIndex: number): number | undefined {
    const payload = new Uint8Array(interfaceInfoBytes)
    viewOf(payload).setUint32(4, interfaceIndex, true)
    const answer = this.#ask(messageType.getLink, messageType.newLink, payload)
    return answer && numberIn(answer, interfaceInfoBytes, attribute.linkNamespace)
  }

  /** The namespace that a process is in. */
  namespaceOf(pid: number): number | undefined {
    const payload = new Uint8Array(generalInfoBytes + 8)
    const view = viewOf(payload)
    view.setUint16(generalInfoBytes, 8, true)
    view.setUint16(generalInfoBytes + 2, attribute.pid, true)
    view.setUint32(generalInfoBytes + 4, pid, true)
    const answer = this.#ask(messageType.getNamespace, messageType.newNamespace, payload)
    return answer && numberIn(answer, generalInfoBytes, attribute.namespace)
  }

  /** The kernel answers within send. */
  #ask(type: number, answerType: number, payload: Uint8Array): Uint8Array | undefined {
    this.#sequence += 1
    const sequence = this.#sequence
    const request = encodeRequest({ type, flags: netlinkFlag.request, sequence, payload })
    if (this.#fd < 0 || this.#native.send(this.#fd, request) < 0) return undefined
    const length = this.#native.receive(this.#fd, this.#answer)
    if (length <= 0) return undefined
    const { messages } = decodeDatagram(this.#answer.subarray(0, length))
    return messages.find((one) => one.type === answerType && one.sequence === sequence)?.payload
  }
}

/** A namespace's number; undefined for none, which the kernel writes as -1. */
function numberIn(payload: Uint8Array, at: number, type: number): number | undefined {
  const value = findAttribute(payload, at, type)
  if (!value || value.length < 4) return undefined
  const number = viewOf(value).getInt32(0, true)
  return number < 0 ? undefined : number
}
