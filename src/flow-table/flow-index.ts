import type { FlowSample } from '../model/sample.ts'
import { addressesPerSlot, type FlowSlots } from './flow-columns.ts'

const empty = 0
const deleted = 0xffff_ffff
const fullest = 0.5

/**
 * Finds a flow's slot by its key (cookie, protocol, remote end): open addressing over slot numbers, because a
 * Map keyed by strings would cost a string of 60 bytes a flow and a build of it a sample.
 */
export class FlowIndex {
  readonly #slots: FlowSlots
  #cells = new Uint32Array(2048)
  /** Cells that are not empty, deleted ones too: they lengthen a probe as much. */
  #taken = 0
  #live = 0

  /** Flows that can be found. */
  get size(): number {
    return this.#live
  }

  constructor(slots: FlowSlots) {
    this.#slots = slots
  }

  /** Slot of the sample's flow, or -1. `hash` is `hashOf(sample)`. */
  find(sample: FlowSample, hash: number): number {
    const mask = this.#cells.length - 1
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const cell = this.#cells[at]!
      if (cell === empty) return -1
      if (cell !== deleted && this.#holds(cell - 1, sample, hash)) return cell - 1
    }
  }

  /** The slot's hash and key columns are set, and its key is not yet here. */
  insert(slot: number): void {
    if (this.#taken >= this.#cells.length * fullest) this.#rebuild()
    this.#place(slot)
    this.#live += 1
  }

  remove(slot: number): void {
    const mask = this.#cells.length - 1
    for (let at = this.#slots.columns.hash[slot]! & mask; ; at = (at + 1) & mask) {
      if (this.#cells[at] === slot + 1) {
        this.#cells[at] = deleted
        this.#live -= 1
        return
      }
      if (this.#cells[at] === empty) throw new Error(`flow index lost slot ${slot}`)
    }
  }

  #place(slot: number): void {
    const mask = this.#cells.length - 1
    let at = this.#slots.columns.hash[slot]! & mask
    while (this.#cells[at] !== empty) at = (at + 1) & mask
    this.#cells[at] = slot + 1
    this.#taken += 1
  }

  /** Drops the deleted cells, and grows where live ones alone would fill it again soon. */
  #rebuild(): void {
    const old = this.#cells
    const size = this.#live >= old.length * (fullest / 2) ? old.length * 2 : old.length
    this.#cells = new Uint32Array(size)
    this.#taken = 0
    for (const cell of old) if (cell !== empty && cell !== deleted) this.#place(cell - 1)
  }

  #holds(slot: number, sample: FlowSample, hash: number): boolean {
    const { columns } = this.#slots
    if (
      columns.hash[slot] !== hash ||
      columns.cookieLow[slot] !== sample.cookieLow ||
      columns.cookieHigh[slot] !== sample.cookieHigh ||
      columns.protocol[slot] !== sample.protocol ||
      columns.remotePort[slot] !== sample.remotePort
    )
      return false
    const at = slot * addressesPerSlot + 16
    for (let i = 0; i < 16; i++)
      if (columns.addresses[at + i] !== sample.remoteAddress[i]) return false
    return true
  }
}

/** FNV-1a over the key's words, with a final mix (its low bits alone choose the cell). */
export function hashOf(sample: FlowSample): number {
  let hash = 0x811c9dc5
  hash = Math.imul(hash ^ sample.cookieLow, 0x01000193)
  hash = Math.imul(hash ^ sample.cookieHigh, 0x01000193)
  hash = Math.imul(hash ^ ((sample.protocol << 16) | sample.remotePort), 0x01000193)
  for (let i = 0; i < 16; i++) hash = Math.imul(hash ^ sample.remoteAddress[i]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}
