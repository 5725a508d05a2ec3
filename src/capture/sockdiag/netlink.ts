/** Netlink framing (linux/netlink.h): messages in a datagram, attributes in a message. Pure and checked. */

const headerBytes = 16
const attributeHeaderBytes = 4
/** Messages and attributes begin at multiples of four bytes. */
const aligned = (length: number) => (length + 3) & ~3

export const netlinkType = { error: 2, done: 3, overrun: 4 } as const
export const netlinkFlag = { request: 1, dumpInterrupted: 0x10, dump: 0x300 } as const

export interface NetlinkMessage {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  /** A view, valid as long as the datagram's buffer. */
  readonly payload: Uint8Array
}

/** What a datagram held. `short`: its last message does not fit, so it was cut or is not netlink. */
export interface NetlinkDatagram {
  readonly messages: readonly NetlinkMessage[]
  readonly damage: 'short' | undefined
}

export function decodeDatagram(datagram: Uint8Array): NetlinkDatagram {
  const view = viewOf(datagram)
  const messages: NetlinkMessage[] = []
  let at = 0
  while (at < datagram.length) {
    if (datagram.length - at < headerBytes) return { messages, damage: 'short' }
    const length = view.getUint32(at, true)
    if (length < headerBytes || length > datagram.length - at) return { messages, damage: 'short' }
    messages.push({
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      sequence: view.getUint32(at + 8, true),
      payload: datagram.subarray(at + headerBytes, at + length),
    })
    at += aligned(length)
  }
  return { messages, damage: undefined }
}

/** The first attribute of a type among those that begin at `at`; undefined where there is none that is whole. */
export function findAttribute(
  payload: Uint8Array,
  at: number,
  type: number,
): Uint8Array | undefined {
  const view = viewOf(payload)
  while (payload.length - at >= attributeHeaderBytes) {
    const length = view.getUint16(at, true)
    if (length < attributeHeaderBytes || length > payload.length - at) return undefined
    // The two high bits of the type are flags (NLA_F_NESTED, NLA_F_NET_BYTEORDER).
    if ((view.getUint16(at + 2, true) & 0x3fff) === type)
      return payload.subarray(at + attributeHeaderBytes, at + length)
    at += aligned(length)
  }
  return undefined
}

/** The errno of an NLMSG_ERROR, positive; 0 is an acknowledgement. undefined where the message is cut. */
export function errnoOf(message: NetlinkMessage): number | undefined {
  return message.payload.length < 4 ? undefined : -viewOf(message.payload).getInt32(0, true)
}

export interface NetlinkRequest {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  readonly payload: Uint8Array
}

export function encodeRequest({ type, flags, sequence, payload }: NetlinkRequest): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length)
  const view = viewOf(bytes)
  view.setUint32(0, bytes.length, true)
  view.setUint16(4, type, true)
  view.setUint16(6, flags, true)
  view.setUint32(8, sequence, true)
  bytes.set(payload, headerBytes)
  return bytes
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
