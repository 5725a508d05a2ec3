import { statSync } from 'node:fs'
import type { CaptureStatus } from '../../model/capture-status.ts'
import { limits } from '../../model/limits.ts'
import type { Owner } from '../../model/owner.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { SampleSink } from '../../model/sample.ts'
import { Losses } from '../losses.ts'
import { loadNative, type Native } from '../native.ts'
import { Owners } from '../owners/owners.ts'
import { RecentMap } from '../owners/recent-map.ts'
import type { CaptureSource } from '../source.ts'
import { DiagLink } from './diag-link.ts'
import { families, tcpState, type DiagSocket } from './diag-message.ts'
import { DiagSample } from './diag-sample.ts'
import { directionAtEnd, directionOf, finCounted, finCountedAtEnd } from './peer-fin.ts'
import { blindSpots, hidden, notFound, tooShort, unheld } from './reasons.ts'
import { SocketOwners } from './socket-owners.ts'
import {
  flowCounters,
  isSameConnection,
  lookAgain,
  noCounters,
  type TrackedSocket,
} from './tracked-socket.ts'

export interface SockdiagOptions {
  readonly owners?: Owners
  readonly proc?: string
  readonly native?: Native
  /** Fewer than `limits.connectionsTracked`, to see the limit reached. */
  readonly connectionsMax?: number
  readonly now?: () => HostTime
}

/** A socket that no dump shows but no event ended (reset, and its program has not closed it) is given up after this. */
const missingMs = 60_000

const connectionStates =
  (1 << tcpState.established) |
  (1 << tcpState.synSent) |
  (1 << tcpState.synRecv) |
  (1 << tcpState.finWait1) |
  (1 << tcpState.finWait2) |
  (1 << tcpState.closeWait) |
  (1 << tcpState.lastAck) |
  (1 << tcpState.closing)

/**
 * Flows from NETLINK_SOCK_DIAG, for hosts without BPF and users without root: every TCP connection of this network
 * namespace once a poll, and the last counters of each that is destroyed in between. Throws `CaptureError`.
 */
export function openSockdiagSource(options: SockdiagOptions = {}): CaptureSource {
  const link = new DiagLink(options.native ?? loadNative())
  try {
    link.probe(families.ipv4)
    return new SockdiagSource(link, options)
  } catch (error) {
    link.close()
    throw error
  }
}

class SockdiagSource implements CaptureSource {
  readonly #link: DiagLink
  readonly #now: () => HostTime
  readonly #connectionsMax: number
  readonly #since: HostTime
  readonly #socketOwners: SocketOwners
  readonly #isRoot = process.geteuid?.() === 0
  readonly #sample: DiagSample
  readonly #losses = new Losses()
  readonly #tracked = new Map<bigint, TrackedSocket>()
  /** Cookies of connections given up as missing, whose destroy event would count their bytes again. */
  readonly #givenUp = new RecentMap<bigint, true>(limits.connectionsGivenUp)
  #polledAt: HostTime
  #baselinesReported = false

  /** Looks once, so that connections which exist now are known to be older than capture. */
  constructor(link: DiagLink, options: SockdiagOptions) {
    const proc = options.proc ?? '/proc'
    this.#link = link
    this.#now = options.now ?? (() => hostTime(Date.now()))
    this.#connectionsMax = options.connectionsMax ?? limits.connectionsTracked
    this.#since = this.#polledAt = this.#now()
    this.#socketOwners = new SocketOwners(options.owners ?? new Owners({ proc }), proc)
    this.#sample = new DiagSample(statSync(`${proc}/self/ns/net`).ino)
    this.#dump((socket) => this.#track(socket, { first: this.#since, partial: true }))
    this.#findOwners()
  }

  drain(sink: SampleSink): void {
    const now = this.#now()
    const { overruns, damaged } = this.#link.hear((socket) => this.#end(socket, now, sink))
    this.#losses.add('destroy-events-overrun', overruns, now)
    this.#losses.add('netlink-damaged', damaged, now)
  }

  poll(sink: SampleSink): void {
    const now = this.#now()
    // Connections older than capture are reported once though they may be silent, with nothing counted yet.
    const changed = this.#baselinesReported ? [] : [...this.#tracked.values()]
    this.#baselinesReported = true
    this.#dump((socket) => {
      const tracked = this.#tracked.get(socket.cookie)
      if (tracked && isSameConnection(tracked, socket)) {
        if (lookAgain(tracked, socket, now)) changed.push(tracked)
        return
      }
      if (tracked) sink(this.#sample.of(tracked, { at: now, closed: true }))
      // Opened since the last poll, nobody says when: from then on its counters hold.
      const opened = this.#track(socket, { first: this.#polledAt, partial: false })
      if (opened) changed.push(opened)
    })
    this.#polledAt = now
    this.#findOwners()
    for (const tracked of new Set(changed))
      sink(this.#sample.of(tracked, { at: now, closed: false }))
    this.#giveUpMissing(now, sink)
  }

  status(): CaptureStatus {
    return {
      source: 'sockdiag',
      since: this.#since,
      sees: ['tcp', 'short'],
      blind: blindSpots(this.#isRoot),
      lost: this.#losses.list(),
    }
  }

  close(): void {
    this.#link.close()
  }

  #dump(each: (socket: DiagSocket) => void): void {
    for (const family of [families.ipv4, families.ipv6])
      if (this.#link.dump(family, connectionStates, each) === 'failed')
        this.#losses.add('dump-failed', 1, this.#now())
  }

  #track(
    socket: DiagSocket,
    { first, partial }: Pick<TrackedSocket, 'first' | 'partial'>,
  ): TrackedSocket | undefined {
    // FIN-WAIT-2 without counters is a TIME-WAIT in all but name, whose connection has been reported.
    if (!socket.counters || this.#givenUp.get(socket.cookie)) return undefined
    const counters = flowCounters(socket.counters, finCounted(socket.state))
    const tracked: TrackedSocket = {
      socket,
      base: partial ? counters : noCounters,
      first,
      partial,
      direction: directionOf(socket),
      owner: unheld,
      ownerInode: 0,
      counters,
      finSeen: finCounted(socket.state),
      seen: this.#now(),
    }
    if (this.#tracked.size >= this.#connectionsMax && !this.#tracked.has(socket.cookie)) {
      this.#losses.add('connections-over-limit', 1, this.#now())
      return undefined
    }
    this.#tracked.set(socket.cookie, tracked)
    return tracked
  }

  /** One walk through /proc for all sockets that have an inode and were not looked up for it. */
  #findOwners(): void {
    const wanted = new Map<number, number>()
    const searching: TrackedSocket[] = []
    for (const tracked of this.#tracked.values()) {
      const { inode, uid } = tracked.socket
      if (inode === 0 || inode === tracked.ownerInode) continue
      wanted.set(inode, uid)
      searching.push(tracked)
    }
    if (searching.length === 0) return
    const found = this.#socketOwners.find(wanted)
    for (const tracked of searching) {
      tracked.ownerInode = tracked.socket.inode
      tracked.owner = found.get(tracked.socket.inode) ?? this.#whyUnknown(tracked.socket)
    }
  }

  #whyUnknown({ uid }: DiagSocket): Owner {
    const reason = this.#isRoot || uid === process.geteuid?.() ? notFound : hidden
    return { ...reason, account: this.#socketOwners.account(uid) }
  }

  #end(socket: DiagSocket, now: HostTime, sink: SampleSink): void {
    const tracked = this.#tracked.get(socket.cookie)
    this.#tracked.delete(socket.cookie)
    if (this.#givenUp.get(socket.cookie)) {
      this.#givenUp.delete(socket.cookie)
      return
    }
    if (tracked && socket.remotePort === 0) {
      // A disconnect (SO_LINGER 0, a refused connect) has zeroed its counters: the last look is all there is.
      const hadBytes = tracked.socket.state !== tcpState.synSent
      this.#losses.add('counters-zeroed', hadBytes ? 1 : 0, now)
      sink(this.#sample.of(tracked, { at: now, closed: true }))
      return
    }
    if (socket.remotePort === 0 || !socket.counters) return
    // Closed before capture began (reset, and kept open by its program until now).
    if (!tracked && socket.counters.quietMs > now - this.#since) return
    sink(this.#sample.of(this.#atEnd(socket, tracked), { at: now, closed: true }))
  }

  #atEnd(socket: DiagSocket, tracked: TrackedSocket | undefined): TrackedSocket {
    const finSeen = tracked?.finSeen ?? false
    const successor = finSeen ? undefined : this.#link.successorOf(socket)
    const known = tracked?.direction ?? 'unknown'
    const direction = known === 'unknown' ? directionAtEnd({ socket, successor }) : known
    const isFinCounted = finCountedAtEnd({ socket, successor, direction, finSeen })
    const counters = flowCounters(socket.counters!, isFinCounted)
    const before = tracked ?? this.#neverSeen(socket)
    return { ...before, socket, direction, counters }
  }

  #neverSeen(socket: DiagSocket): TrackedSocket {
    return {
      socket,
      base: noCounters,
      first: this.#polledAt,
      partial: false,
      direction: 'unknown',
      owner: tooShort,
      ownerInode: 0,
      counters: noCounters,
      finSeen: false,
      seen: this.#polledAt,
    }
  }

  #giveUpMissing(now: HostTime, sink: SampleSink): void {
    for (const [cookie, tracked] of this.#tracked) {
      if (now - tracked.seen < missingMs) continue
      this.#tracked.delete(cookie)
      this.#givenUp.set(cookie, true)
      this.#losses.add('end-missed', 1, now)
      sink(this.#sample.of(tracked, { at: now, closed: true }))
    }
  }
}
