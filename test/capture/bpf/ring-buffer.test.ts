import { describe, expect, test } from 'vitest'
import { RingBuffer } from '../../../src/capture/bpf/ring-buffer.ts'

const busy = 0x8000_0000
const discarded = 0x4000_0000

/** What the kernel does at its end of the ring. */
class Producer {
  readonly consumer = new Uint8Array(8)
  readonly #producer = new Uint8Array(8)
  readonly #data: Uint8Array
  readonly #size: number
  #position = 0

  constructor(size: number) {
    this.#size = size
    this.#data = new Uint8Array(size)
  }

  ring(): RingBuffer {
    return new RingBuffer({ consumer: this.consumer, producer: this.#producer, data: this.#data })
  }

  /** Writes a record and gives the position of its header. */
  put(text: string, flags = 0): number {
    const at = this.#position
    const record = Buffer.alloc(8 + ((text.length + 7) & ~7))
    record.writeUInt32LE((text.length | flags) >>> 0, 0)
    record.write(text, 8)
    record.forEach((byte, i) => (this.#data[(at + i) % this.#size] = byte))
    this.#position += record.length
    new BigUint64Array(this.#producer.buffer)[0] = BigInt(this.#position)
    return at
  }

  commit(at: number): void {
    this.#data[(at % this.#size) + 3]! &= 0x7f
  }

  get consumed(): number {
    return Number(new BigUint64Array(this.consumer.buffer)[0])
  }
}

function drained(ring: RingBuffer, length: number): string[] {
  const texts: string[] = []
  ring.drain(({ bytes }, at) =>
    texts.push(Buffer.from(bytes.subarray(at, at + length)).toString('latin1')),
  )
  return texts
}

describe('the ring buffer', () => {
  test('gives every record once, in order, and hands its room back', () => {
    const producer = new Producer(128)
    const ring = producer.ring()
    producer.put('first...')
    producer.put('second..')
    expect(drained(ring, 8)).toEqual(['first...', 'second..'])
    expect(drained(ring, 8)).toEqual([])
    expect(producer.consumed).toBe(32)
  })

  test('a record that lies across the end of the ring is whole', () => {
    const producer = new Producer(64)
    const ring = producer.ring()
    // Its header at each place of the ring.
    for (let before = 0; before < 64; before += 8) {
      producer.put('x'.repeat(before))
      drained(ring, 0)
      const text = `abcdefghijklmnopqrstuvwxyz${100_000 + before}`
      producer.put(text)
      expect(drained(ring, 32)).toEqual([text])
    }
  })

  test('a record that is still written holds up those behind it until it is committed', () => {
    const producer = new Producer(128)
    const ring = producer.ring()
    producer.put('before..')
    const slow = producer.put('slow....', busy)
    producer.put('behind..')
    expect(drained(ring, 8)).toEqual(['before..'])
    producer.commit(slow)
    expect(drained(ring, 8)).toEqual(['slow....', 'behind..'])
  })

  test('a discarded record is stepped over, whatever its length', () => {
    const producer = new Producer(128)
    const ring = producer.ring()
    producer.put('gone and not a multiple of 8', discarded)
    producer.put('kept....')
    expect(drained(ring, 8)).toEqual(['kept....'])
  })

  test('a second reader of the same pages goes on where the first stopped', () => {
    const producer = new Producer(128)
    producer.put('first...')
    drained(producer.ring(), 8)
    producer.put('second..')
    expect(drained(producer.ring(), 8)).toEqual(['second..'])
  })
})
