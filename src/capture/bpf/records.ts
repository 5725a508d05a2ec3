/**
 * The bytes that programs write and the decoder reads, once for both: offsets and lengths of each structure.
 * All little endian; ports and IPv4 addresses stay in network order, as the kernel and the packet have them.
 */

/** Who a process is. `tgid` 0: nobody was stored. */
export const identity = {
  tgid: 0,
  uid: 4,
  /** start_boottime of the thread group's leader, ns since boot (u64). */
  start: 8,
  parent: 16,
  /** task_struct.flags, for `kernelThread`. */
  flags: 20,
  cgroup: 24,
  comm: 32,
  bytes: 48,
} as const

/** PF_KTHREAD (include/linux/sched.h). */
export const kernelThread = 0x0020_0000
export const commBytes = 16

/** How capture came to know a socket. 0 in a record: it did not. */
export const origin = { none: 0, connect: 1, listen: 2, accept: 3, seeded: 4, created: 5 } as const

/**
 * What each socket carries with it (socket storage); accepted children inherit it. What a pass over all sockets
 * compares comes first, because the kernel starts the value 8 bytes into a cache line, and a line is what it costs.
 */
export const storage = {
  /** Five u32 as the last pass saw them, to write changed sockets only. */
  seen: 0,
  origin: 20,
  owner: 24,
  user: 72,
  /** CLOCK_MONOTONIC, ns (u64), as all times but a process's start. */
  since: 120,
  /** Counters at `since` of a connection that is older than that. */
  baselineTx: 128,
  baselineRx: 136,
  baselineSegmentsOut: 144,
  baselineSegmentsIn: 148,
  baselineRetransmits: 152,
  netns: 156,
  /** Not 0 once the datagram map has an entry of this socket. */
  hasDatagrams: 160,
  bytes: 168,
} as const

/** One look at a TCP socket, in passing or at its end. */
export const tcpRecord = {
  cookie: 0,
  since: 8,
  now: 16,
  tx: 24,
  rx: 32,
  segmentsOut: 40,
  segmentsIn: 44,
  /** srtt_us: microseconds times 8. */
  smoothedRtt: 48,
  retransmits: 52,
  netns: 56,
  localPort: 60,
  remotePort: 62,
  state: 64,
  origin: 65,
  family: 66,
  /** `recordKind`. */
  kind: 68,
  /** 16 bytes; an IPv4 socket uses the first 4. */
  localAddress: 72,
  remoteAddress: 88,
  owner: 104,
  user: 152,
  bytes: 200,
} as const

/** `tunHolder`: only `owner` is filled, a process that has /dev/net/tun open. */
export const recordKind = { socket: 0, tunHolder: 1 } as const

/** A datagram flow. IPv4 addresses are v4-mapped already. All zero beside cookie and local port: other peers. */
export const datagramKey = {
  cookie: 0,
  localAddress: 8,
  remoteAddress: 24,
  localPort: 40,
  remotePort: 42,
  protocol: 44,
  bytes: 48,
} as const

export const datagramValue = {
  owner: 0,
  first: 48,
  last: 56,
  tx: 64,
  rx: 72,
  txPackets: 80,
  rxPackets: 88,
  netns: 96,
  /** `origin` of the socket, 0 where it has no storage. */
  origin: 100,
  /** 1: the first packet went out, 0: it came in. */
  outbound: 101,
  /** `socketKind` of a socket without storage. */
  kind: 102,
  bytes: 104,
} as const

export const socketKind = { unknown: 0, user: 1, kernel: 2 } as const

/** Small news beside flows: `kind`, then what it needs. */
export const event = {
  kind: 0,
  tgid: 4,
  start: 8,
  /** Program file as execve gave it, up to NUL. */
  path: 16,
  pathBytes: 256,
  /** Name of the file itself, without its directories, up to NUL. */
  file: 272,
  fileBytes: 32,
  execBytes: 304,
  /** In place of `start` where a socket was released. */
  cookie: 8,
  releaseBytes: 16,
} as const
export const eventKind = { exec: 1, release: 2 } as const

/** What programs could not record; u64 each, by their place in the counters map. */
export const lossReasons = [
  'ring-full',
  'event-ring-full',
  'owner-map-full',
  'datagram-map-full',
  'datagram-lost',
  'datagram-lost-bytes',
  'ports-unreadable',
] as const
export type LossReason = (typeof lossReasons)[number]
export const lossBytes = lossReasons.length * 8
