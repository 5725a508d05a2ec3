import { directions, endReasons, type FlowRecord } from '../../src/model/flow.ts'
import type { Owner } from '../../src/model/owner.ts'
import { hostTime } from '../../src/model/quantity.ts'

const remotes = 200_000
const processes = 200
/** Ids are given in the order in which flows begin, records are written in that of their ends: as far apart as this. */
const flowsAtOnce = 2_000

/**
 * Flows of a host that serves and asks: 200,000 remote ends and 200 processes by Zipf's law, 30 % IPv6, log-normal
 * sizes, durations and round trips. Not real traffic, but no field is easier to compress than it is there.
 */
export class BusyHost {
  readonly #random: () => number
  readonly #owners: readonly Owner[]
  readonly #remoteSums = zipfSums(remotes, 1.05)
  readonly #processSums = zipfSums(processes, 1)
  readonly #pauseMs: number
  readonly #ids: number[] = []
  #idsGiven = 0
  #at: number

  /** By default so many rows a second that times in a batch are as far apart as on a busy host. */
  constructor(seed: number, startMs: number, rowsPerSecond = 100) {
    this.#random = mulberry32(seed)
    this.#at = startMs
    this.#pauseMs = 1000 / rowsPerSecond
    this.#owners = Array.from({ length: processes }, (_, n) => ownerOf(n, startMs))
  }

  rows(count: number): FlowRecord[] {
    return Array.from({ length: count }, () => this.#row())
  }

  #row(): FlowRecord {
    const random = this.#random
    this.#at += -Math.log(1 - random()) * this.#pauseMs
    const remote = draw(this.#remoteSums, random())
    const process = draw(this.#processSums, random())
    const isServed = process % 2 === 0
    const service = services[process % services.length]!
    const ephemeral = 32_768 + Math.floor(random() * 28_232)
    const txBytes = Math.floor(this.#logNormal(isServed ? 9 : 6.5, 2))
    const rxBytes = Math.floor(this.#logNormal(isServed ? 6.5 : 9, 2))
    const isTcp = service !== 53
    const isLong = random() < 0.1
    return {
      id: this.#nextId(),
      start: hostTime(this.#at - (isLong ? 300_000 : this.#logNormal(5, 2))),
      end: hostTime(this.#at),
      protocol: isTcp ? 6 : 17,
      localAddress: remote % 10 < 3 ? localV6 : localV4,
      localPort: isServed ? service : ephemeral,
      remoteAddress: remoteAddress(remote),
      remotePort: isServed ? ephemeral : service,
      direction: directions[isServed ? 2 : 1],
      owner: this.#owners[process]!,
      actor: process % 10 === 0 ? this.#owners[(process + 1) % processes] : undefined,
      netns: process % 20 === 0 ? 4_026_532_000 + process : 4_026_531_840,
      txBytes,
      rxBytes,
      txPackets: 2 + Math.ceil(txBytes / 1448),
      rxPackets: 2 + Math.ceil(rxBytes / 1448),
      rttUs: isTcp ? Math.floor(this.#logNormal(8 + (remote % 5) / 2, 0.5)) : 0,
      retransmits: random() < 0.03 ? 1 + Math.floor(random() * 5) : 0,
      state: isTcp ? (isLong ? 'established' : 'closed') : 'none',
      endReason: endReasons[isLong ? 2 : isTcp ? 3 : 1],
      flags: random() < 0.001 ? 1 : 0,
    }
  }

  /** Each once, in an order that is shuffled within so many. */
  #nextId(): number {
    while (this.#ids.length < flowsAtOnce) this.#ids.push((this.#idsGiven += 1))
    const at = Math.floor(this.#random() * flowsAtOnce)
    const id = this.#ids[at]!
    this.#ids[at] = this.#ids.at(-1)!
    this.#ids.pop()
    return id
  }

  #logNormal(mean: number, deviation: number): number {
    const u = 1 - this.#random()
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.#random())
    return Math.exp(mean + deviation * normal)
  }
}

const services = [443, 443, 53, 5432, 6379, 80, 22, 9092]
const localV4 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 7)
const localV6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7)

/** Of a remote end by its rank: 0 is the most frequent. */
export function remoteAddress(remote: number): Uint8Array {
  // Spread by a bijection, so that frequent ones are not neighbours.
  const spread = Math.imul(remote + 1, 2_654_435_761) >>> 0
  const last = [spread >>> 24, (spread >>> 16) & 255, (spread >>> 8) & 255, spread & 255]
  if (remote % 10 >= 3) return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...last)
  return Uint8Array.of(
    0x2a,
    2,
    last[3]!,
    0,
    0,
    1,
    0,
    0,
    last[0]!,
    last[1]!,
    2,
    255,
    254,
    ...last.slice(1),
  )
}

const ownerOf = (n: number, startMs: number): Owner => ({
  kind: 'process',
  pid: 1_000 + n * 37,
  start: hostTime(startMs - n * 10_000),
  parentPid: 1 + (n % 7),
  process: `worker-${n}`,
  exe: `/usr/lib/service-${n % 50}/bin/worker`,
  uid: 1_000 + (n % 12),
  user: `user${n % 12}`,
  cgroup: `/system.slice/service-${n % 50}.service`,
  container: n % 3 === 0 ? `docker:${(n * 7_919).toString(16).padStart(12, '0')}` : '',
})

function zipfSums(count: number, exponent: number): Float64Array {
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) sums[i] = sum += (i + 1) ** -exponent
  return sums.map((value) => value / sum)
}

/** The first whose sum is above `at`. */
function draw(sums: Float64Array, at: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle]! > at) high = middle
    else low = middle + 1
  }
  return low
}

/** Tommy Ettinger's mulberry32: small, and the same on every machine for a seed. */
export function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b_79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
