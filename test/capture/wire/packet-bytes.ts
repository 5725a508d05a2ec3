/** Packets built from the outside in: each function gives a header's bytes and what it carries. */

const u16 = (value: number) => [(value >> 8) & 0xff, value & 0xff]
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)]
const bytes = (...parts: readonly (readonly number[] | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]))

/** `10.0.0.1`, or the last group of `fd00::`, in bytes. */
export const v4 = (text: string) => text.split('.').map(Number)
export const v6 = (last: number) => [0xfd, 0, ...Array<number>(12).fill(0), ...u16(last)]

export const etherType = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, qinq: 0x88a8, arp: 0x0806 }
export const protocol = {
  hopByHop: 0,
  icmp: 1,
  ipip: 4,
  tcp: 6,
  udp: 17,
  sixInFour: 41,
  fragment: 44,
  gre: 47,
  esp: 50,
  ah: 51,
  destination: 60,
  sctp: 132,
}

export const ethernet = (type: number, payload: Uint8Array) =>
  bytes([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], u16(type), payload)
export const tag = (id: number, type: number, payload: Uint8Array) =>
  bytes(u16(id), u16(type), payload)
export const cooked = (type: number, payload: Uint8Array) =>
  bytes(u16(4), u16(1), u16(6), [2, 0, 0, 0, 0, 1, 0, 0], u16(type), payload)
export const cooked2 = (type: number, payload: Uint8Array) =>
  bytes(u16(type), u16(0), u32(7), u16(1), [4, 6, 2, 0, 0, 0, 0, 1, 0, 0], payload)

export interface Ipv4Extra {
  /** Bytes of options, a multiple of 4. */
  readonly options?: readonly number[]
  readonly id?: number
  /** In bytes, a multiple of 8. */
  readonly offset?: number
  readonly more?: boolean
}

export function ipv4(
  [source, destination]: readonly [string, string],
  carried: number,
  payload: Uint8Array,
  { options = [], id = 0, offset = 0, more = false }: Ipv4Extra = {},
): Uint8Array {
  const headerBytes = 20 + options.length
  const fragment = (more ? 0x2000 : 0) | (offset / 8)
  const head = bytes(
    [0x40 | (headerBytes / 4), 0],
    u16(headerBytes + payload.length),
    u16(id),
    u16(fragment),
    [64, carried, 0, 0],
    v4(source),
    v4(destination),
    options,
  )
  const sum = checksum(head)
  head.set(u16(sum), 10)
  return bytes(head, payload)
}

export const ipv6 = (
  [source, destination]: readonly [number, number],
  carried: number,
  payload: Uint8Array,
) =>
  bytes([0x60, 0, 0, 0], u16(payload.length), [carried, 64], v6(source), v6(destination), payload)

/** Hop-by-hop, routing or destination options of 8 bytes, filled with PadN. */
export const extension = (carried: number, payload: Uint8Array) =>
  bytes([carried, 0, 1, 4, 0, 0, 0, 0], payload)
export const ipv6Fragment = (
  carried: number,
  { offset, more, id }: { offset: number; more: boolean; id: number },
  payload: Uint8Array,
) => bytes([carried, 0], u16(offset | (more ? 1 : 0)), u32(id), payload)
export const ah = (carried: number, payload: Uint8Array) =>
  bytes([carried, 4, 0, 0], u32(0x100), u32(1), Array<number>(12).fill(7), payload)

export const flags = { fin: 1, syn: 2, rst: 4, push: 8, ack: 16 }

export const tcp = (
  [source, destination]: readonly [number, number],
  payload: Uint8Array,
  flag = flags.ack,
) =>
  bytes(
    u16(source),
    u16(destination),
    u32(1),
    u32(1),
    [0x80, flag],
    u16(1000),
    [0, 0, 0, 0],
    // Two NOPs and a time stamp, as most segments have.
    [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 1],
    payload,
  )
export const udp = ([source, destination]: readonly [number, number], payload: Uint8Array) =>
  bytes(u16(source), u16(destination), u16(8 + payload.length), [0, 0], payload)
export const sctp = ([source, destination]: readonly [number, number], payload: Uint8Array) =>
  bytes(u16(source), u16(destination), u32(1), u32(0), payload)
export const icmpEcho = (payload: Uint8Array) => bytes([8, 0, 0, 0, 0, 1, 0, 1], payload)
export const esp = (payload: Uint8Array) => bytes(u32(0x1234), u32(1), payload)

export const gre = (type: number, payload: Uint8Array, key?: number) =>
  key === undefined
    ? bytes([0, 0], u16(type), payload)
    : bytes([0x20, 0], u16(type), u32(key), payload)
export const vxlan = (id: number, payload: Uint8Array) => bytes([8, 0, 0, 0], u32(id << 8), payload)
export const geneve = (id: number, type: number, payload: Uint8Array) =>
  // One option of 4 bytes.
  bytes([2, 0], u16(type), u32(id << 8), [1, 2, 0x80, 1, 0, 0, 0, 1], payload)

/** Text, or so many bytes that look like nothing in particular. */
export const data = (what: string | number) =>
  typeof what === 'string'
    ? Uint8Array.from(what, (letter) => letter.charCodeAt(0))
    : Uint8Array.from({ length: what }, (_, i) => (i * 37 + 11) & 0x7f)

function checksum(head: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < head.length; i += 2) sum += (head[i]! << 8) | head[i + 1]!
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
