import { addressBytes, ipv4Mapped, type Address } from '../../model/address.ts'
import { findAttribute, viewOf } from './netlink.ts'
import { decodeTcpInfo, type TcpCounters } from './tcp-counters.ts'

/** SOCK_DIAG_BY_FAMILY (linux/sock_diag.h): the type of requests, of dumped sockets and of destroy events. */
export const sockDiagByFamily = 20

export const tcpState = {
  established: 1,
  synSent: 2,
  synRecv: 3,
  finWait1: 4,
  finWait2: 5,
  timeWait: 6,
  closed: 7,
  closeWait: 8,
  lastAck: 9,
  listen: 10,
  closing: 11,
} as const

/** Address families as sock_diag names them (linux/socket.h). */
export const families = { ipv4: 2, ipv6: 10 } as const
export type Family = (typeof families)[keyof typeof families]

const tcpProtocol = 6
const attributeType = { info: 2 } as const
/** Bit of idiag_ext that asks for INET_DIAG_INFO. */
const askInfo = 1 << (attributeType.info - 1)

/** Offsets in struct inet_diag_req_v2 and, after its first 4 bytes, struct inet_diag_msg (linux/inet_diag.h). */
const requestBytes = 56
const socketId = {
  localPort: 0,
  remotePort: 2,
  local: 4,
  remote: 20,
  cookie: 40,
  bytes: 48,
} as const
const requestIdAt = 8
const messageIdAt = 4
const messageFixed = { unread: 56, unacked: 60, uid: 64, inode: 68, bytes: 72 } as const
/** INET_DIAG_NOCOOKIE in both halves: any socket of this address pair. */
const noCookie = 0xffff_ffff

/** One socket as sock_diag tells it. */
export interface DiagSocket {
  readonly family: Family
  /** As the kernel numbers TCP states. */
  readonly state: number
  /** All 64 bits; stays with the socket for its life. */
  readonly cookie: bigint
  readonly localAddress: Address
  readonly localPort: number
  readonly remoteAddress: Address
  /** 0 where the socket is not connected (any more). */
  readonly remotePort: number
  /** 0 in destroy events and for sockets that no descriptor holds. */
  readonly inode: number
  /** 0 in destroy events. */
  readonly uid: number
  /** Sequence numbers received that the program has not read; an unread FIN is one. */
  readonly unread: number
  /** Undefined for TIME-WAIT, which has no counters, and for kernels that do not give them. */
  readonly counters: TcpCounters | undefined
}

/** `states`: a bit for each TCP state wanted. */
export function encodeDumpRequest(family: Family, states: number): Uint8Array {
  const request = new Uint8Array(requestBytes)
  request.set([family, tcpProtocol, askInfo])
  viewOf(request).setUint32(4, states, true)
  return request
}

/** Asks for whatever socket has this address pair now. */
export function encodePairRequest(socket: DiagSocket): Uint8Array {
  const request = encodeDumpRequest(socket.family, 0xffff_ffff)
  const view = viewOf(request)
  view.setUint16(requestIdAt + socketId.localPort, socket.localPort)
  view.setUint16(requestIdAt + socketId.remotePort, socket.remotePort)
  const from = socket.family === families.ipv4 ? 12 : 0
  request.set(socket.localAddress.subarray(from), requestIdAt + socketId.local)
  request.set(socket.remoteAddress.subarray(from), requestIdAt + socketId.remote)
  view.setUint32(requestIdAt + socketId.cookie, noCookie, true)
  view.setUint32(requestIdAt + socketId.cookie + 4, noCookie, true)
  return request
}

/** Undefined where the payload is not a whole inet_diag_msg of an IP socket. */
export function decodeSocket(payload: Uint8Array): DiagSocket | undefined {
  if (payload.length < messageFixed.bytes) return undefined
  const family = familyOf(payload[0]!)
  if (family === undefined) return undefined
  const state = payload[1]!
  const view = viewOf(payload)
  const unacked = view.getUint32(messageFixed.unacked, true)
  const info = findAttribute(payload, messageFixed.bytes, attributeType.info)
  return {
    family,
    state,
    cookie: view.getBigUint64(messageIdAt + socketId.cookie, true),
    localAddress: addressAt(payload, messageIdAt + socketId.local, family),
    localPort: view.getUint16(messageIdAt + socketId.localPort),
    remoteAddress: addressAt(payload, messageIdAt + socketId.remote, family),
    remotePort: view.getUint16(messageIdAt + socketId.remotePort),
    inode: view.getUint32(messageFixed.inode, true),
    uid: view.getUint32(messageFixed.uid, true),
    unread: view.getUint32(messageFixed.unread, true),
    counters: info && decodeTcpInfo(info, unacked, ackedControlOf(state)),
  }
}

/**
 * How many of the acknowledged bytes are SYN and FIN, for kernels that count no sent bytes: the client's SYN is
 * assumed, so a server's numbers are one short there; the FIN is acknowledged in the states after FIN-WAIT-1.
 */
function ackedControlOf(state: number): number {
  const finAcked = state === tcpState.finWait2 || state === tcpState.closed
  return finAcked ? 2 : 1
}

function familyOf(byte: number): Family | undefined {
  return byte === families.ipv4 || byte === families.ipv6 ? byte : undefined
}

function addressAt(payload: Uint8Array, at: number, family: Family): Address {
  if (family === families.ipv6) return payload.slice(at, at + addressBytes)
  return ipv4Mapped(payload.subarray(at, at + 4))
}
