import type { Database, SqlValue } from 'sql.js'
import { addressBytes } from '../../model/address.ts'
import { FlowBlockDigest, printBytes, type FlowNames } from './flow-block-digest.ts'
import { rows } from '../sqlite/rows.ts'
import type { Alteration } from './alteration.ts'

const canonicalFlows = `SELECT r.host, l.key, m.key, p.print, o.print, f.*
  FROM flow f LEFT JOIN run r ON r.id = f.run LEFT JOIN addr l ON l.id = f.local_addr LEFT JOIN addr m ON m.id = f.remote_addr
  LEFT JOIN proc p ON p.id = f.proc LEFT JOIN proc o ON o.id = f.opened_by ORDER BY f.id`

interface Block {
  readonly first: number
  readonly last: number
  readonly sha256: SqlValue
}

/**
 * Hashes the records of each block again. Walks rows and blocks together in the order of row numbers, so that memory
 * stays flat, and a row that is gone or new spoils its own block only.
 */
export function* verifyFlows(database: Database): Generator<Alteration> {
  const hosts = new Map<SqlValue, HostBlocks>()
  const blocksOf = (host: SqlValue) => {
    const known = hosts.get(host) ?? new HostBlocks(database, host)
    hosts.set(host, known)
    return known
  }
  for (const [host] of rows(database, 'SELECT id FROM host ORDER BY id')) blocksOf(host ?? null)
  for (const [host, localKey, remoteKey, procPrint, openedByPrint, ...row] of rows(
    database,
    canonicalFlows,
  )) {
    const names = {
      localKey: bytesOf(localKey, addressBytes),
      remoteKey: bytesOf(remoteKey, addressBytes),
      procPrint: bytesOf(procPrint, printBytes),
      openedByPrint: bytesOf(openedByPrint, printBytes),
    }
    yield* blocksOf(host ?? null).take(row, names)
  }
  for (const blocks of hosts.values()) yield* blocks.end()
}

class HostBlocks {
  readonly #host: SqlValue
  readonly #blocks: Iterator<SqlValue[]>
  readonly #digest = new FlowBlockDigest()
  #block: Block | undefined

  constructor(database: Database, host: SqlValue) {
    this.#host = host
    const sql = `SELECT first, last, sha256 FROM digest WHERE host = ${Number(host)} ORDER BY first`
    this.#blocks = rows(database, sql)
    this.#block = this.#next()
  }

  *take(row: readonly SqlValue[], names: FlowNames): Generator<Alteration> {
    const id = Number(row[0])
    while (this.#block && id > this.#block.last) yield* this.#endBlock()
    if (!this.#block || id < this.#block.first || this.#digest.isFull)
      yield { where: `flow ${id} of host ${String(this.#host)}`, what: 'was added' }
    else this.#digest.add(row, names)
  }

  *end(): Generator<Alteration> {
    while (this.#block) yield* this.#endBlock()
  }

  *#endBlock(): Generator<Alteration> {
    const { first, last, sha256 } = this.#block!
    const found = this.#digest.take()
    if (!(sha256 instanceof Uint8Array) || Buffer.compare(found, sha256) !== 0)
      yield {
        where: `flows ${first} to ${last} of host ${String(this.#host)}`,
        what: 'one of them was altered, removed or added',
      }
    this.#block = this.#next()
  }

  #next(): Block | undefined {
    const { value, done } = this.#blocks.next() as IteratorResult<SqlValue[], undefined>
    if (done || !value) return undefined
    return { first: Number(value[0]), last: Number(value[1]), sha256: value[2] ?? null }
  }
}

/** Zeros where the row it should come from is missing, or of another length: no block has that digest. */
const bytesOf = (value: SqlValue | undefined, length: number): Uint8Array =>
  value instanceof Uint8Array && value.length === length ? value : new Uint8Array(length)
