import type { Native } from '../native.ts'

/** linux/socket.h, linux/netlink.h. */
const addressFamilyNetlink = 16
const socketTypeRaw = 3
const closeOnExec = 0o2000000
const solNetlink = 270
const addMembership = 1
const solSocket = 1
const receiveBufferForce = 33
const receiveBuffer = 8

/** linux/netlink.h. */
export const netlinkProtocol = { route: 0, sockDiag: 4, netfilter: 12 } as const

/** A dump's datagrams are filled up to 32 KiB; a longer one would be cut, and is counted as damage. */
export const datagramBytesMax = 64 * 1024

/** A descriptor, or the negated errno where the kernel refuses. */
export const openNetlink = (native: Native, protocol: number): number =>
  native.socket(addressFamilyNetlink, socketTypeRaw | closeOnExec, protocol)

/** Lets the kernel send what it tells everybody: 0, or the negated errno. */
export function bindNetlink(native: Native, fd: number): number {
  const address = new Uint8Array(12)
  address[0] = addressFamilyNetlink
  return native.bindSocket(fd, address)
}

/** Hears of what a group is told: 0, or the negated errno. */
export const joinNetlinkGroup = (native: Native, fd: number, group: number): number =>
  native.setSocketOption(fd, solNetlink, addMembership, group)

/** Room for what waits to be read. The second call goes beyond rmem_max and is root's alone. */
export function growReceiveBuffer(native: Native, fd: number, bytes: number): void {
  native.setSocketOption(fd, solSocket, receiveBuffer, bytes)
  native.setSocketOption(fd, solSocket, receiveBufferForce, bytes)
}
