import { FlowColumns, counter, keyAt, keyWords } from './flow-columns.ts'
import { tunnels, type IpLayer } from './ip-layer.ts'

const startCapacity = 4096
const empty = 0
/** At the limit this part of the flows goes at once, so that the search for the oldest is paid by many. */
const evictedShare = 16

/** A flow's slot, and whether the layer goes from the key's end a to b. One object, valid until the next search. */
export interface FoundFlow {
  slot: number
  isForward: boolean
  isNew: boolean
}

/**
 * Flows by both ends, protocol and tunnel, whichever direction a packet went; at most `flowsMax`. Open addressing over
 * typed arrays, because strings as keys would alone cost more than the whole time a packet may take.
 */
export class WireFlowTable {
  readonly columns = new FlowColumns()
  readonly #flowsMax: number
  readonly #onEvict: (slot: number) => void
  readonly #found: FoundFlow = { slot: 0, isForward: true, isNew: false }
  readonly #key = new Uint32Array(keyWords)
  #cells = new Uint32Array(2 * startCapacity)
  /** 1 for slots in use. */
  #used = new Uint8Array()
  #free: number[] = []
  #allocated = 0
  #size = 0

  /** `onEvict` is called with a slot that is about to be reused. */
  constructor(flowsMax: number, onEvict: (slot: number) => void) {
    this.#flowsMax = flowsMax
    this.#onEvict = onEvict
  }

  get size(): number {
    return this.#size
  }

  /** Slots of all flows, in no order. */
  *slots(): Generator<number> {
    for (let slot = 0; slot < this.#allocated; slot++) if (this.#used[slot]) yield slot
  }

  /** The layer's flow, begun here where it is new. */
  flowOf(layer: IpLayer): FoundFlow {
    const found = this.#found
    found.isForward = fillKey(this.#key, layer)
    const hash = hashOf(this.#key, 0)
    const mask = this.#cells.length - 1
    for (let at = hash & mask; this.#cells[at] !== empty; at = (at + 1) & mask) {
      const slot = this.#cells[at]! - 1
      if (!this.#holds(slot)) continue
      found.slot = slot
      found.isNew = false
      return found
    }
    found.slot = this.#begin(hash)
    found.isNew = true
    return found
  }

  #holds(slot: number): boolean {
    const { keys } = this.columns
    const from = slot * keyWords
    for (let i = 0; i < keyWords; i++) if (keys[from + i] !== this.#key[i]) return false
    return true
  }

  #begin(hash: number): number {
    if (this.#size >= this.#flowsMax) this.#evictOldest()
    const slot = this.#free.pop() ?? this.#allocate()
    this.columns.clear(slot)
    this.columns.keys.set(this.#key, slot * keyWords)
    this.#used[slot] = 1
    this.#size += 1
    if (this.#size * 2 > this.#cells.length) this.#index(this.#cells.length * 2)
    else this.#place(slot, hash)
    return slot
  }

  #allocate(): number {
    if (this.#allocated === this.columns.capacity) {
      const capacity = Math.min(this.#flowsMax, Math.max(startCapacity, this.#allocated * 2))
      this.columns.grow(capacity)
      const used = new Uint8Array(capacity)
      used.set(this.#used)
      this.#used = used
    }
    return this.#allocated++
  }

  #place(slot: number, hash: number): void {
    const mask = this.#cells.length - 1
    let at = hash & mask
    while (this.#cells[at] !== empty) at = (at + 1) & mask
    this.#cells[at] = slot + 1
  }

  #index(cells: number): void {
    this.#cells = new Uint32Array(cells)
    for (const slot of this.slots()) this.#place(slot, hashOf(this.columns.keys, slot * keyWords))
  }

  #evictOldest(): void {
    const lastOf = (slot: number) => this.columns.counterOf(slot, counter.last)
    const times = Float64Array.from(this.slots(), lastOf).sort()
    let left = Math.max(1, Math.floor(times.length / evictedShare))
    const newest = times[left - 1]!
    for (const slot of this.slots()) {
      if (left === 0) break
      if (lastOf(slot) > newest) continue
      this.#onEvict(slot)
      this.#used[slot] = 0
      this.#free.push(slot)
      this.#size -= 1
      left -= 1
    }
    this.#index(this.#cells.length)
  }
}

/** The same key for both directions: the smaller end first. Says whether that is the layer's source. */
function fillKey(key: Uint32Array, layer: IpLayer): boolean {
  const isForward = sourceIsFirst(layer)
  const first = isForward ? layer.source : layer.destination
  const second = isForward ? layer.destination : layer.source
  for (let i = 0; i < 4; i++) {
    key[keyAt.addressA + i] = first[i]!
    key[keyAt.addressB + i] = second[i]!
  }
  const { sourcePort, destinationPort } = layer
  key[keyAt.ports] = isForward
    ? (sourcePort << 16) | destinationPort
    : (destinationPort << 16) | sourcePort
  key[keyAt.protocol] = layer.protocol | (tunnels.indexOf(layer.tunnel) << 8)
  key[keyAt.tunnelId] = layer.tunnelId
  return isForward
}

function sourceIsFirst({ source, destination, sourcePort, destinationPort }: IpLayer): boolean {
  for (let i = 0; i < 4; i++) if (source[i] !== destination[i]) return source[i]! < destination[i]!
  return sourcePort <= destinationPort
}

/** FNV-1a over the words, with a final mix because its low bits alone choose the cell. */
function hashOf(words: Uint32Array, from: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < from + keyWords; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}
