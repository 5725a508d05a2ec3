import type { Owner } from '../model/owner.ts'

/** What a slot holds. */
export const slotUse = {
  free: 0,
  live: 1,
  /** Its idle record is written, but its socket may be open: kept for the counters, so that what the socket
   *  sends later is not counted from its beginning again. */
  dormant: 2,
  /** Ended; its last row is not yet taken. */
  ended: 3,
} as const

/** Order of the counters in each of a slot's three groups. */
export const counter = {
  txBytes: 0,
  rxBytes: 1,
  txPackets: 2,
  rxPackets: 3,
  retransmits: 4,
} as const
const counterCount = 5

/** Where a slot's counter groups begin in `counters`. */
export const counterGroup = {
  /** As the source gives them. */
  seen: 0,
  /** What of them was there when this flow began (after a dormant time or an eviction). */
  base: counterCount,
  /** What of them is in the records written so far. */
  exported: 2 * counterCount,
} as const
export const countersPerSlot = 3 * counterCount
export const addressesPerSlot = 32

/**
 * The fields of all flows, one typed array a field, because a million objects of 30 fields would take over 600 B
 * each (every double is boxed) where these columns take 240. A flow is a slot number.
 */
export function flowColumns(capacity: number) {
  return {
    use: new Uint8Array(capacity),
    /** 1: not yet in a row taken by `takeChanges`. */
    changed: new Uint8Array(capacity),
    id: new Float64Array(capacity),
    hash: new Uint32Array(capacity),
    cookieLow: new Uint32Array(capacity),
    cookieHigh: new Uint32Array(capacity),
    /** Local, then remote. */
    addresses: new Uint8Array(capacity * addressesPerSlot),
    localPort: new Uint16Array(capacity),
    remotePort: new Uint16Array(capacity),
    protocol: new Uint8Array(capacity),
    netns: new Uint32Array(capacity),
    direction: new Uint8Array(capacity),
    state: new Uint8Array(capacity),
    flags: new Uint8Array(capacity),
    endReason: new Uint8Array(capacity),
    rttUs: new Uint32Array(capacity),
    start: new Float64Array(capacity),
    last: new Float64Array(capacity),
    exportedAt: new Float64Array(capacity),
    counters: new Float64Array(capacity * countersPerSlot),
  }
}
export type FlowColumns = ReturnType<typeof flowColumns>

/** The slots in use, with the columns that are not numbers. */
export class FlowSlots {
  columns = flowColumns(1024)
  readonly owners: (Owner | undefined)[] = []
  readonly actors: (Owner | undefined)[] = []
  /** One past the highest slot ever used: a scan goes over [0, top). */
  top = 0
  readonly #free: number[] = []

  get inUse(): number {
    return this.top - this.#free.length
  }

  where(holds: (slot: number) => boolean): number[] {
    const found: number[] = []
    for (let slot = 0; slot < this.top; slot++) if (holds(slot)) found.push(slot)
    return found
  }

  live(): number[] {
    const { use } = this.columns
    return this.where((slot) => use[slot] === slotUse.live)
  }

  allocate(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.top === this.columns.use.length) this.#grow()
    return this.top++
  }

  release(slot: number): void {
    this.columns.use[slot] = slotUse.free
    this.columns.changed[slot] = 0
    this.owners[slot] = undefined
    this.actors[slot] = undefined
    this.#free.push(slot)
  }

  #grow(): void {
    const larger = flowColumns(this.columns.use.length * 2)
    for (const name of Object.keys(larger) as (keyof FlowColumns)[])
      (larger[name] as Float64Array).set(this.columns[name])
    this.columns = larger
  }
}
