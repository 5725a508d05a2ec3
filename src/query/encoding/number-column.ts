import { MalformedError } from '../../model/json-fields.ts'
import { packNumbers } from '../../model/packed-chunk.ts'
import { unpackNumbers } from '../../model/unpack-numbers.ts'

/** `form u8 | length u32 | packed, or f64 each`, little endian. */
const headBytes = 5
const form = { each: 0, packed: 1 } as const

export function encodeNumbers(values: Float64Array | Uint32Array): Uint8Array {
  const packed = packNumbers(values)
  const each = packed ? undefined : Float64Array.from(values)
  const bytes = packed ?? new Uint8Array(each!.buffer)
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(packed ? form.packed : form.each, 0)
  head.writeUInt32LE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

/** Columns of an answer in the order in which they were written, of a writer who may be hostile. */
export class NumberColumns {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** @throws MalformedError where there is no such column */
  next<T extends Float64Array | Uint32Array>(values: T): T {
    const bytes = this.#bytes.subarray(this.#at)
    if (bytes.length < headBytes) throw new MalformedError('answer: a column is missing')
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const length = view.getUint32(1, true)
    const column = bytes.subarray(headBytes, headBytes + length)
    const isRead =
      column.length === length &&
      (view.getUint8(0) === form.packed ? unpackNumbers(column, values) : copyEach(column, values))
    if (!isRead) throw new MalformedError('answer: a column does not fit')
    this.#at += headBytes + length
    return values
  }

  /** @throws MalformedError */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new MalformedError('answer: more than its columns')
  }
}

function copyEach(bytes: Uint8Array, values: Float64Array | Uint32Array): boolean {
  if (bytes.length !== 8 * values.length) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(8 * i, true)
  return true
}
