import type { Database, SqlValue } from 'sql.js'
import { addressBytes } from '../../model/address.ts'
import { limits } from '../../model/limits.ts'
import { addressKeys } from '../read/address-keys.ts'
import { FlowPages } from '../read/flow-pages.ts'
import { IntegerTable } from '../sqlite/integer-table.ts'
import { rows } from '../sqlite/rows.ts'
import type { Alteration } from './alteration.ts'
import { FlowBlockDigest, namesAt, printBytes, rowNumbers } from './flow-block-digest.ts'
import type { ReadCase } from './read-case.ts'
import { flowColumnAt, tables } from './tables.ts'

interface Block {
  readonly first: number
  readonly last: number
  readonly sha256: SqlValue
}

const columnCount = tables.flow.columns.length
const wordsAName = addressBytes / 4

/**
 * Hashes the records of each block again. Walks rows and blocks together in the order of row numbers, so that memory
 * stays flat, and a row that is gone or new spoils its own block only.
 */
export function* verifyFlows(file: ReadCase): Generator<Alteration> {
  const { database } = file
  const hosts = new Map<number, HostBlocks>()
  const blocksOf = (host: number) => {
    const known = hosts.get(host) ?? new HostBlocks(database, host)
    hosts.set(host, known)
    return known
  }
  for (const [host] of rows(database, 'SELECT id FROM host ORDER BY id')) blocksOf(Number(host))
  const hostOfRun = new Map<number, number>()
  for (const [id, host] of rows(database, 'SELECT id, host FROM run'))
    hostOfRun.set(Number(id), Number(host))
  const pages = new FlowPages(file)
  const named = new NamedRows(file)
  for (let block = 0; block < pages.blocks; block++) {
    const { runs, count } = named.load(pages.read(block), pages.pageBytes)
    for (let row = 0; row < count; row++)
      yield* blocksOf(hostOfRun.get(runs[row]!) ?? noHost).take(named, row)
  }
  for (const blocks of hosts.values()) yield* blocks.end()
}

/** Of a run that is none. */
const noHost = 0

/** Rows with the bytes of what they name. */
class NamedRows {
  readonly #table = new IntegerTable(columnCount, limits.blockRowsMax)
  #columns: readonly Float64Array[] = []
  readonly #names: readonly { readonly at: number; readonly words: Uint32Array }[]

  constructor(file: ReadCase) {
    const addresses = wordsOf(addressKeys(file))
    const prints = wordsOf(printsOf(file.database))
    this.#names = [
      { at: flowColumnAt('local_addr'), words: addresses },
      { at: flowColumnAt('remote_addr'), words: addresses },
      { at: flowColumnAt('proc'), words: prints },
      { at: flowColumnAt('opened_by'), words: prints },
    ]
  }

  load(bytes: Uint8Array, pageBytes: number) {
    this.#table.load(bytes, pageBytes)
    this.#columns = tables.flow.columns.map((_, column) => this.#table.column(column))
    return { runs: this.#columns[flowColumnAt('run')]!, count: this.#table.rows }
  }

  idOf(row: number): number {
    return this.#columns[0]![row]!
  }

  /** Fills it into a block in place; zeros for a name that is missing: no block has that digest. */
  addTo(digest: FlowBlockDigest, row: number): void {
    const { numbers, words, rows: filled } = digest
    const at = filled * rowNumbers
    for (let column = 0; column < columnCount; column++)
      numbers[at + column] = this.#columns[column]![row]!
    let to = 2 * at + namesAt
    for (const { at: column, words: source } of this.#names) {
      const from = (this.#columns[column]![row]! - 1) * wordsAName
      for (let i = 0; i < wordsAName; i++) words[to++] = source[from + i] ?? 0
    }
    digest.addFilled(1)
  }
}

class HostBlocks {
  readonly #host: number
  readonly #blocks: Iterator<SqlValue[]>
  readonly #digest = new FlowBlockDigest()
  #block: Block | undefined

  constructor(database: Database, host: number) {
    this.#host = host
    const sql = `SELECT first, last, sha256 FROM digest WHERE host = ${host} ORDER BY first`
    this.#blocks = rows(database, sql)
    this.#block = this.#next()
  }

  *take(flows: NamedRows, row: number): Generator<Alteration> {
    const id = flows.idOf(row)
    while (this.#block && id > this.#block.last) yield* this.#endBlock()
    if (!this.#block || id < this.#block.first || this.#digest.isFull)
      yield { where: `flow ${id} of host ${this.#host}`, what: 'was added' }
    else flows.addTo(this.#digest, row)
  }

  *end(): Generator<Alteration> {
    while (this.#block) yield* this.#endBlock()
  }

  *#endBlock(): Generator<Alteration> {
    const { first, last, sha256 } = this.#block!
    const found = this.#digest.take()
    if (!(sha256 instanceof Uint8Array) || Buffer.compare(found, sha256) !== 0)
      yield {
        where: `flows ${first} to ${last} of host ${this.#host}`,
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

/** Where each process's number less one says; zeros of one that is missing, or has none of that length. */
function printsOf(database: Database): Uint8Array {
  const [[most] = []] = [...rows(database, 'SELECT max(id) FROM proc')]
  const count = Math.min(Number(most ?? 0), limits.caseProcessesMax)
  const prints = new Uint8Array(count * printBytes)
  for (const [id, print] of rows(database, 'SELECT id, print FROM proc'))
    if (print instanceof Uint8Array && print.length === printBytes && Number(id) <= count)
      prints.set(print, (Number(id) - 1) * printBytes)
  return prints
}

const wordsOf = (bytes: Uint8Array) =>
  new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
