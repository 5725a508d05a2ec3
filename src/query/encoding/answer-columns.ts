import { MalformedError } from '../../model/json-fields.ts'
import { packNumbers } from '../../model/packed-chunk.ts'
import { unpackNumbers } from '../../model/unpack-numbers.ts'

/** `form u8 | length u32 | numbers packed, or f64 each; or any bytes`, little endian. */
const headBytes = 5
/** What columns of most answers take as numbers. */
const memoryPerByte = 2
const form = { each: 0, packed: 1, bytes: 2 } as const

export function encodeNumbers(values: Float64Array | Uint32Array): Uint8Array {
  const packed = packNumbers(values)
  return packed
    ? column(form.packed, packed)
    : column(form.each, new Uint8Array(Float64Array.from(values).buffer))
}

export const encodeBytes = (bytes: Uint8Array): Uint8Array => column(form.bytes, bytes)

function column(kind: number, bytes: Uint8Array): Uint8Array {
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(kind, 0)
  head.writeUInt32LE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

/** Where the columns of one answer after the other are put: of a hundred hosts they would be garbage of ten megabytes. */
export class ColumnMemory {
  #bytes = new ArrayBuffer(0)
  #used = 0

  /** For another answer; what was here before is lost. */
  begin(bytes: number): void {
    if (bytes > this.#bytes.byteLength) this.#bytes = new ArrayBuffer(bytes)
    this.#used = 0
  }

  /** Of any values, to be written. */
  floats(count: number): Float64Array {
    const at = this.#cut(8 * count)
    return at === -1 ? new Float64Array(count) : new Float64Array(this.#bytes, at, count)
  }

  /** Of any values, to be written. */
  words(count: number): Uint32Array {
    const at = this.#cut(4 * count)
    return at === -1 ? new Uint32Array(count) : new Uint32Array(this.#bytes, at, count)
  }

  /** Where so many bytes are free; -1 where they are not. */
  #cut(bytes: number): number {
    const at = this.#used
    if (at + bytes > this.#bytes.byteLength) return -1
    this.#used = Math.ceil((at + bytes) / 8) * 8
    return at
  }
}

/** Columns of an answer in the order in which they were written, of a writer who may be hostile. */
export class AnswerColumns {
  readonly #bytes: Uint8Array
  readonly #memory: ColumnMemory
  #at = 0

  /** @param memory columns are good until another answer is put into it */
  constructor(bytes: Uint8Array, memory: ColumnMemory) {
    this.#bytes = bytes
    this.#memory = memory
    memory.begin(memoryPerByte * bytes.length)
  }

  /** @throws MalformedError where there is no such column */
  floats(count: number): Float64Array {
    return this.#read(this.#memory.floats(count))
  }

  /** @throws MalformedError where there is no such column */
  words(count: number): Uint32Array {
    return this.#read(this.#memory.words(count))
  }

  #read<T extends Float64Array | Uint32Array>(values: T): T {
    const { kind, bytes } = this.#next()
    const isRead =
      kind === form.packed
        ? unpackNumbers(bytes, values)
        : kind === form.each && copyEach(bytes, values)
    if (!isRead) throw new MalformedError('answer: a column does not fit')
    return values
  }

  /** Those of the answer, not a copy. @throws MalformedError where there is no such column */
  bytes(): Uint8Array {
    const { kind, bytes } = this.#next()
    if (kind !== form.bytes) throw new MalformedError('answer: a column does not fit')
    return bytes
  }

  /** @throws MalformedError */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new MalformedError('answer: more than its columns')
  }

  #next(): { readonly kind: number; readonly bytes: Uint8Array } {
    const rest = this.#bytes.subarray(this.#at)
    if (rest.length < headBytes) throw new MalformedError('answer: a column is missing')
    const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength)
    const length = view.getUint32(1, true)
    const bytes = rest.subarray(headBytes, headBytes + length)
    if (bytes.length !== length) throw new MalformedError('answer: a column does not fit')
    this.#at += headBytes + length
    return { kind: view.getUint8(0), bytes }
  }
}

function copyEach(bytes: Uint8Array, values: Float64Array | Uint32Array): boolean {
  if (bytes.length !== 8 * values.length) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(8 * i, true)
  return true
}
