import { createHash } from 'node:crypto'
import { addressBytes } from '../../model/address.ts'
import { tables } from './tables.ts'

/** Bytes of `proc.print`. */
export const printBytes = 16
/** Records under one digest: what an alteration can be narrowed down to. */
export const blockRows = 256
const columns = tables.flow.columns.length
/** What a row has of numbers of 64 bits: its columns, then 64 bytes of the names. */
export const rowNumbers = columns + (2 * addressBytes + 2 * printBytes) / 8
/** Where in a row the names begin, in words of 32 bits: local address, remote address, two prints. */
export const namesAt = 2 * columns
const rowBytes = 8 * rowNumbers

/**
 * sha256 over up to `blockRows` records of one host in the order of their ids: of each the columns as 64-bit floating
 * point, little endian, then the bytes of its names.
 */
export class FlowBlockDigest {
  readonly #bytes = new Uint8Array(blockRows * rowBytes)
  /** The rows, for who fills them in place; little endian as every machine that Node runs on for Linux but s390x. */
  readonly numbers = new Float64Array(this.#bytes.buffer)
  readonly words = new Uint32Array(this.#bytes.buffer)
  #rows = 0

  get rows(): number {
    return this.#rows
  }

  get isFull(): boolean {
    return this.#rows === blockRows
  }

  /** Rows behind the present ones have been filled in place. */
  addFilled(rows: number): void {
    this.#rows += rows
  }

  /** Of the rows since the last one; begins anew. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#rows * rowBytes)
    this.#rows = 0
    return createHash('sha256').update(bytes).digest()
  }
}
