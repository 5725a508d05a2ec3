import { closeSync, openSync, unlinkSync } from 'node:fs'
import { readUpTo, writeAll } from './page-file.ts'

const runBits = 18
const runLength = 1 << runBits
/** A key and the number of its row within a run are one word of 64 bits, which the engine sorts by itself. */
const keyLowBits = 32 - runBits
const keyLow = 1 << keyLowBits
/** As a time: in the year 4199. */
export const keyMax = 2 ** (32 + keyLowBits) - 1
/** Entries of a run that are read at a time. */
const readLength = 8_192

/** Where runs wait that do not fit into memory; made when it is first needed, and nameless from then on. */
export class RunFile {
  readonly #path: string
  #descriptor: number | undefined
  #bytes = 0

  /** `path`: where a file may be made for the moment. */
  constructor(path: string) {
    this.#path = path
  }

  append(bytes: Uint8Array): number {
    if (this.#descriptor === undefined) {
      this.#descriptor = openSync(this.#path, 'wx+', 0o600)
      unlinkSync(this.#path)
    }
    const at = this.#bytes
    writeAll(this.#descriptor, bytes, at)
    this.#bytes += bytes.length
    return at
  }

  read(bytes: Uint8Array, at: number): void {
    readUpTo(this.#descriptor!, bytes, at)
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}

interface Run {
  /** Number of its first row, less one. */
  readonly before: number
  readonly words: (from: number, to: number) => Uint32Array
  readonly length: number
}

/**
 * Sorts rows, numbered from 1 as they come, by a key each: 2 MB of memory for any number of them, and 64 kB for each run of 262,144 in the file.
 * Keys are whole, from 0 to `keyMax`. Rows of one key stay in order.
 */
export class KeySorter {
  readonly #file: RunFile
  readonly #run = new BigUint64Array(runLength)
  /** The low word of each entry first, as every machine that Node runs on for Linux has it but s390x. */
  readonly #words = new Uint32Array(this.#run.buffer)
  readonly #runs: Run[] = []
  #inRun = 0
  #rows = 0

  constructor(file: RunFile) {
    this.#file = file
  }

  add(key: number): void {
    if (this.#inRun === runLength) this.#spill()
    const at = 2 * this.#inRun
    this.#words[at] = ((key & (keyLow - 1)) << runBits) | this.#inRun
    this.#words[at + 1] = Math.floor(key / keyLow)
    this.#inRun += 1
    this.#rows += 1
  }

  /** Calls for each row, in the order of the keys. Nothing can be added any more. */
  forEach(call: (key: number, row: number) => void): void {
    const { length } = this.#sortRun()
    this.#runs.push({
      before: this.#rows - length,
      words: (from, to) => this.#words.subarray(2 * from, 2 * to),
      length,
    })
    const cursors = this.#runs.map((run) => new Cursor(run))
    if (cursors.length === 1) for (; !cursors[0]!.isDone; cursors[0]!.next()) cursors[0]!.give(call)
    else merge(cursors, call)
  }

  #sortRun(): BigUint64Array {
    return this.#run.subarray(0, this.#inRun).sort()
  }

  #spill(): void {
    const at = this.#file.append(new Uint8Array(this.#sortRun().buffer))
    const words = (from: number, to: number) => {
      const read = new Uint32Array(2 * (to - from))
      this.#file.read(new Uint8Array(read.buffer), at + 8 * from)
      return read
    }
    this.#runs.push({ before: this.#rows - runLength, words, length: runLength })
    this.#inRun = 0
  }
}

/** Reads a run from its beginning. */
class Cursor {
  readonly #run: Run
  #words: Uint32Array = new Uint32Array(0)
  #at = 0
  #from = 0
  isDone = false
  key = 0
  row = 0

  constructor(run: Run) {
    this.#run = run
    this.next()
  }

  next(): void {
    if (this.#at === this.#words.length && !this.#refill()) return
    const low = this.#words[this.#at]!
    this.key = this.#words[this.#at + 1]! * keyLow + (low >>> runBits)
    this.row = this.#run.before + (low & (runLength - 1)) + 1
    this.#at += 2
  }

  give(call: (key: number, row: number) => void): void {
    call(this.key, this.row)
  }

  #refill(): boolean {
    const { length, words } = this.#run
    const to = Math.min(length, this.#from + readLength)
    this.isDone = this.#from === to
    this.#words = words(this.#from, to)
    this.#from = to
    this.#at = 0
    return !this.isDone
  }
}

/** By a heap of the runs; of equal keys the earlier run, which has the earlier rows. */
function merge(cursors: readonly Cursor[], call: (key: number, row: number) => void): void {
  const heap = cursors.filter(({ isDone }) => !isDone)
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i)
  while (heap.length > 0) {
    const first = heap[0]!
    call(first.key, first.row)
    first.next()
    if (first.isDone) {
      const last = heap.pop()!
      if (heap.length > 0) heap[0] = last
    }
    sink(heap, 0)
  }
}

function sink(heap: Cursor[], from: number): void {
  for (let at = from; ;) {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child
    if (least === at) return
    const moved = heap[at]!
    heap[at] = heap[least]!
    heap[least] = moved
    at = least
  }
}

const isBefore = (a: Cursor, b: Cursor) => a.key < b.key || (a.key === b.key && a.row < b.row)
