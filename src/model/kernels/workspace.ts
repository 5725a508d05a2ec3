import { kernelMemory } from './run-kernel.ts'
import { plainSpace, rowsIn, type BlockSpace, type Room } from './room.ts'

/**
 * Why loops over rows are WebAssembly too: a question over ten million rows is answered in a tenth of a second, and of
 * that V8 ran each loop in JavaScript slowly for its first blocks, until it had compiled it: a third of the time.
 * Instructions for 16 bytes at once, which JavaScript has none of, spare as much again.
 *
 * The arrays that such loops work on are in one memory, that of the question. Three stretches of it: columns of the
 * blocks that are being counted, scratch, and what stays until the answer.
 */
export interface Workspace {
  /** For the next block, beside those of blocks that are still being counted. Clears the scratch. */
  readonly nextSpace: (beside: readonly BlockSpace[]) => BlockSpace
}

const megabyte = 2 ** 20
/** Columns of one block: ten of the widest, of a segment's blocks. What finds no room is made elsewhere. */
const columnBytes = 3 * megabyte
/** Blocks reach over each other in time, so some wait for the next one. */
const blocks = 4
const scratchBytes = 4 * megabyte
const keptBytes = 32 * megabyte
const pages = (blocks * columnBytes + scratchBytes + keptBytes) / 2 ** 16

const plainWorkspace: Workspace = { nextSpace: () => plainSpace }

/** Where the host has no WebAssembly, or not the address space for it, arrays are as everywhere else. */
export function openWorkspace(): Workspace {
  const memory = memoryOfKernels()
  if (!memory) return plainWorkspace
  let from = 0
  const stretch = (bytes: number) => new Stretch(memory, from, (from += bytes))
  const columnRooms = Array.from({ length: blocks }, () => stretch(columnBytes))
  const scratch = stretch(scratchBytes)
  const kept = stretch(keptBytes)
  const allRows = rowsIn(kept)
  return {
    nextSpace(beside) {
      scratch.clear()
      const columns = columnRooms.find((room) => beside.every((other) => other.columns !== room))
      if (!columns) return plainSpace
      columns.clear()
      return { columns, scratch, kept, allRows }
    },
  }
}

function memoryOfKernels(): ArrayBuffer | undefined {
  // Kernels read numbers as typed arrays hold them on nearly all machines.
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) return undefined
  try {
    return kernelMemory(pages)
  } catch {
    // No WebAssembly, or no 10 GB of address space, as it wants for itself: JavaScript gives the same answers.
    return undefined
  }
}

/** What a kernel may read and write past the end of an array. */
const slackBytes = 64

/** A stretch of a memory, given away from its begin on; where it is used up, arrays have memory of their own. */
class Stretch implements Room {
  readonly #memory: ArrayBuffer
  readonly #from: number
  readonly #to: number
  #next: number

  constructor(memory: ArrayBuffer, from: number, to: number) {
    this.#memory = memory
    this.#from = from
    this.#to = to
    this.#next = from
  }

  clear(): void {
    this.#next = this.#from
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(...this.#taken(length, 1))
  }

  halves(length: number): Uint16Array {
    return new Uint16Array(...this.#taken(length, 2))
  }

  words(length: number): Uint32Array {
    return new Uint32Array(...this.#taken(length, 4))
  }

  floats(length: number): Float64Array {
    return new Float64Array(...this.#taken(length, 8))
  }

  having(bytes: Uint8Array): Uint8Array {
    const copy = this.bytes(bytes.length)
    copy.set(bytes)
    return copy
  }

  /** Buffer, offset and length of an array. */
  #taken(length: number, bytesEach: number): readonly [ArrayBuffer, number, number] {
    const at = this.#next
    const end = (at + length * bytesEach + slackBytes + 63) & ~63
    if (end > this.#to) return [new ArrayBuffer(length * bytesEach), 0, length]
    this.#next = end
    return [this.#memory, at, length]
  }
}
