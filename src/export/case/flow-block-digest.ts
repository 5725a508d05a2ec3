import { createHash } from 'node:crypto'
import type { SqlValue } from 'sql.js'
import { addressBytes } from '../../model/address.ts'
import { tables } from './tables.ts'

/** Bytes of `proc.print`. */
export const printBytes = 16
/** Records under one digest: what an alteration can be narrowed down to. */
export const blockRows = 256
const columns = tables.flow.columns
const textsAt = columns.length * 8
const rowBytes = textsAt + 2 * addressBytes + 2 * printBytes

/** What a row of `flow` names by number: so that altering an address or a process alters its flows. */
export interface FlowNames {
  readonly localKey: Uint8Array
  readonly remoteKey: Uint8Array
  readonly procPrint: Uint8Array
  readonly openedByPrint: Uint8Array
}

/** NaN for what the writer never writes: no block has that digest. */
const numberOf = (value: SqlValue | undefined): number => (typeof value === 'number' ? value : NaN)

/** sha256 over up to `blockRows` records of one host, each `rowBytes` little endian, in the order of their ids. */
export class FlowBlockDigest {
  readonly #bytes = new Uint8Array(blockRows * rowBytes)
  readonly #view = new DataView(this.#bytes.buffer)
  #rows = 0

  get rows(): number {
    return this.#rows
  }

  get isFull(): boolean {
    return this.#rows === blockRows
  }

  /** `row`: the columns of `flow` in their order. */
  add(row: readonly SqlValue[], names: FlowNames): void {
    const at = this.#rows * rowBytes
    for (let i = 0; i < columns.length; i++)
      this.#view.setFloat64(at + i * 8, numberOf(row[i]), true)
    this.#bytes.set(names.localKey, at + textsAt)
    this.#bytes.set(names.remoteKey, at + textsAt + addressBytes)
    this.#bytes.set(names.procPrint, at + textsAt + 2 * addressBytes)
    this.#bytes.set(names.openedByPrint, at + textsAt + 2 * addressBytes + printBytes)
    this.#rows += 1
  }

  /** Of the rows since the last one; begins anew. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#rows * rowBytes)
    this.#rows = 0
    return createHash('sha256').update(bytes).digest()
  }
}
