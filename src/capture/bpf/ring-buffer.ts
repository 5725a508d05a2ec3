import { CaptureError } from '../capture-error.ts'
import { errnoName, loadNative } from '../native.ts'

/** Bytes of records: the same memory as 32-bit words and as bytes; records start at multiples of 8. */
export interface RecordMemory {
  readonly words: Uint32Array
  readonly bytes: Uint8Array
}

export const recordMemory = (bytes: Uint8Array): RecordMemory => ({
  bytes,
  words: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2),
})

/** The pages of a ring as the kernel lays them out. */
export interface RingPages {
  /** Our position, u64. */
  readonly consumer: Uint8Array
  /** The kernel's position, u64. */
  readonly producer: Uint8Array
  /**
   * The ring's bytes. The kernel would show them twice in a row, so that no record wraps; but what is mapped twice counts
   * twice in the resident memory of a process, which is what people look at.
   */
  readonly data: Uint8Array
}

// A record's header (kernel/bpf/ringbuf.c): its length with two flags, and a page offset that readers ignore.
const headerBytes = 8
const busyBit = 0x8000_0000
const discardBit = 0x4000_0000
const lengthMask = 0x3fff_ffff
/** Our position is published after so many records, to free room while a long drain goes on. */
const publishEvery = 512

/** Takes a record at `offset`; its bytes may be overwritten as soon as the call is over. */
export type TakeRecord = (memory: RecordMemory, offset: number) => void

/** Reads a BPF ring buffer through its mapping: no system call, and it never waits. */
export class RingBuffer {
  readonly #consumer: BigUint64Array
  readonly #producer: BigUint64Array
  readonly #headers: Int32Array
  readonly #memory: RecordMemory
  readonly #bytes: number
  /** For a record that goes on at the beginning of the ring. */
  #joined = recordMemory(new Uint8Array(0))
  readonly #release: () => void

  constructor(pages: RingPages, release: () => void = () => {}) {
    this.#consumer = new BigUint64Array(pages.consumer.buffer, pages.consumer.byteOffset, 1)
    this.#producer = new BigUint64Array(pages.producer.buffer, pages.producer.byteOffset, 1)
    this.#headers = new Int32Array(
      pages.data.buffer,
      pages.data.byteOffset,
      pages.data.length >>> 2,
    )
    this.#memory = recordMemory(pages.data)
    this.#bytes = pages.data.length
    this.#release = release
  }

  /**
   * Hands over every record committed before the call, oldest first, and says how many. Stops at one that a
   * program is still writing; those discarded are stepped over.
   */
  drain(take: TakeRecord): number {
    const end = Number(Atomics.load(this.#producer, 0))
    let position = Number(this.#consumer[0])
    let taken = 0
    while (position < end) {
      const at = position % this.#bytes
      // The kernel clears the busy bit after it has written the record: this load orders ours after it.
      const header = Atomics.load(this.#headers, at >>> 2) >>> 0
      if ((header & busyBit) !== 0) break
      if ((header & discardBit) === 0) {
        this.#hand(at + headerBytes, header & lengthMask, take)
        taken += 1
      }
      position += headerBytes + align8(header & lengthMask)
      if (taken % publishEvery === 0) this.#publish(position)
    }
    this.#publish(position)
    return taken
  }

  #hand(at: number, length: number, take: TakeRecord): void {
    if (at + length <= this.#bytes) return take(this.#memory, at)
    if (this.#joined.bytes.length < length)
      this.#joined = recordMemory(new Uint8Array(align8(length)))
    const { bytes } = this.#memory
    const fits = this.#bytes - at
    this.#joined.bytes.set(bytes.subarray(at), 0)
    this.#joined.bytes.set(bytes.subarray(0, length - fits), fits)
    take(this.#joined, 0)
  }

  /** The drained records' memory must not be used afterwards. */
  close(): void {
    this.#release()
  }

  #publish(position: number): void {
    Atomics.store(this.#consumer, 0, BigInt(position))
  }
}

const align8 = (length: number) => (length + 7) & ~7

/** Maps a ring of `bytes` bytes (a power of two). Throws `CaptureError`. */
export function mapRing(fd: number, bytes: number): RingBuffer {
  const native = loadNative()
  const page = native.pageBytes()
  const consumer = native.map(fd, 0, page, 'write')
  const rest = native.map(fd, page, page + bytes, 'read')
  if (typeof consumer === 'number' || typeof rest === 'number') {
    const name = errnoName(-(typeof consumer === 'number' ? consumer : Number(rest)))
    throw new CaptureError(
      name,
      `the ring of capture cannot be mapped: ${name}`,
      'free some memory',
    )
  }
  const pages: RingPages = {
    consumer: consumer.bytes,
    producer: rest.bytes.subarray(0, page),
    data: rest.bytes.subarray(page),
  }
  return new RingBuffer(pages, () => {
    consumer.release()
    rest.release()
  })
}
