import { ExportError } from '../export-error.ts'

const wordsAKey = 4
const keyBytes = 4 * wordsAKey

/** Numbers keys of 16 bytes from 1 on, in the order in which they are first met: some 30 bytes of memory each. */
export class KeyNumbers {
  readonly #most: number
  readonly #what: string
  /** Key of number n at word 4 (n - 1). */
  #keys = new Uint32Array(wordsAKey << 10)
  /** Numbers by hash, 0 for none; twice as many slots as there is room for keys. */
  #slots = new Uint32Array(1 << 11)
  #count = 0

  /** `what`: the keys' name in the error where there are more than `most`. */
  constructor(most: number, what: string) {
    this.#most = most
    this.#what = what
  }

  get count(): number {
    return this.#count
  }

  /** Of the key at `words[at]`; a new one has `count` for its number afterwards. @throws ExportError */
  of(words: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(words, at) & mask
    for (; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]!
      if (number === 0) break
      if (this.#isKey(number, words, at)) return number
    }
    return this.#add(words, at, slot)
  }

  /** A view of it. */
  keyOf(number: number): Uint8Array {
    const { buffer } = this.#keys
    return new Uint8Array(buffer, (number - 1) * keyBytes, keyBytes)
  }

  /** All numbers, in the order of their keys' bytes. */
  sorted(): Uint32Array {
    const view = new DataView(this.#keys.buffer)
    const byKey = (a: number, b: number) => {
      for (let byte = 0; byte < keyBytes; byte += 4) {
        const left = view.getUint32((a - 1) * keyBytes + byte)
        const right = view.getUint32((b - 1) * keyBytes + byte)
        if (left !== right) return left - right
      }
      return 0
    }
    return Uint32Array.from({ length: this.#count }, (_, i) => i + 1).sort(byKey)
  }

  #isKey(number: number, words: Uint32Array, at: number): boolean {
    const keys = this.#keys
    const of = (number - 1) * wordsAKey
    return (
      keys[of] === words[at] &&
      keys[of + 1] === words[at + 1] &&
      keys[of + 2] === words[at + 2] &&
      keys[of + 3] === words[at + 3]
    )
  }

  #add(words: Uint32Array, at: number, slot: number): number {
    if (this.#count === this.#most)
      throw new ExportError('limit', `a case holds at most ${this.#most} ${this.#what}`, {
        next: 'Export less at a time: a shorter time, or a filter (--where).',
      })
    const before = this.#count * wordsAKey
    const isFull = before === this.#keys.length
    if (isFull) this.#grow()
    for (let i = 0; i < wordsAKey; i++) this.#keys[before + i] = words[at + i]!
    this.#count += 1
    // Growing has moved all slots.
    this.#slots[isFull ? this.#freeSlot(this.#keys, before) : slot] = this.#count
    return this.#count
  }

  #grow(): void {
    const keys = new Uint32Array(2 * this.#keys.length)
    keys.set(this.#keys)
    this.#keys = keys
    this.#slots = new Uint32Array(2 * this.#slots.length)
    for (let number = 1; number <= this.#count; number++)
      this.#slots[this.#freeSlot(keys, (number - 1) * wordsAKey)] = number
  }

  #freeSlot(words: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1
    let slot = hashOf(words, at) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    return slot
  }
}

function hashOf(words: Uint32Array, at: number): number {
  let hash = Math.imul(words[at]! ^ Math.imul(words[at + 1]!, 0x9e37_79b1), 0x85eb_ca77)
  hash = Math.imul(hash ^ (hash >>> 15) ^ words[at + 2]!, 0xc2b2_ae3d) ^ words[at + 3]!
  hash = Math.imul(hash ^ (hash >>> 16), 0x27d4_eb2f)
  return hash ^ (hash >>> 15)
}
