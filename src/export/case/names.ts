import { createHash } from 'node:crypto'
import type { Database, SqlValue, Statement } from 'sql.js'
import { formatAddress, isIpv4, type Address } from '../../model/address.ts'
import { limits } from '../../model/limits.ts'
import type { Owner } from '../../model/owner.ts'
import { canonicalRow } from './canonical-row.ts'
import { printBytes } from './flow-block-digest.ts'
import { insertInto } from './table-spec.ts'
import { tables } from './tables.ts'

/**
 * Numbers of rows that stand once, by the bytes that tell them apart. Remembers so many; what it has forgotten is looked
 * up, so that memory stays flat however many there are.
 */
class Interned {
  readonly #find: Statement
  readonly #insert: Statement
  readonly #known = new Map<string, number>()
  #last: number

  constructor(database: Database, table: 'addr' | 'proc', key: string) {
    this.#find = database.prepare(`SELECT id FROM ${table} WHERE ${key} = ?`)
    this.#insert = database.prepare(insertInto(table, tables[table]))
    const [last] = database.exec(`SELECT coalesce(max(id), 0) FROM ${table}`)
    this.#last = Number(last?.values[0]?.[0])
  }

  /** `rest`: the columns after the id, of a row that is new. */
  idOf(key: Uint8Array, rest: () => SqlValue[]): number {
    const text = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
    const known = this.#known.get(text) ?? this.#stored(key)
    if (known !== undefined) return known
    this.#last += 1
    this.#insert.run([this.#last, ...rest()])
    this.#remember(text, this.#last)
    return this.#last
  }

  #stored(key: Uint8Array): number | undefined {
    // While everything fits, what is not remembered is not there.
    if (this.#known.size === this.#last) return undefined
    const [id] = this.#find.get([key])
    this.#find.reset()
    return typeof id === 'number' ? id : undefined
  }

  #remember(text: string, id: number): void {
    if (this.#known.size === limits.caseNamesKept) this.#known.clear()
    this.#known.set(text, id)
  }

  close(): void {
    this.#find.free()
    this.#insert.free()
  }
}

/** The addresses of a case. */
export class AddressNames {
  readonly #interned: Interned
  readonly #ipv4 = new Map<number, number>()

  constructor(database: Database) {
    this.#interned = new Interned(database, 'addr', 'key')
  }

  idOf(address: Address): number {
    if (!isIpv4(address)) return this.#interned.idOf(address, () => addressColumns(address, 6))
    // Most addresses, as a number: a text of its bytes takes three times as long to make.
    const number =
      address[12]! * 0x100_0000 + ((address[13]! << 16) | (address[14]! << 8) | address[15]!)
    const known = this.#ipv4.get(number)
    if (known !== undefined) return known
    const id = this.#interned.idOf(address, () => addressColumns(address, 4))
    if (this.#ipv4.size === limits.caseNamesKept) this.#ipv4.clear()
    this.#ipv4.set(number, id)
    return id
  }

  close(): void {
    this.#interned.close()
  }
}

const addressColumns = (address: Address, family: 4 | 6): SqlValue[] => [
  formatAddress(address),
  family,
  address.slice(),
]

export interface NamedProcess {
  readonly id: number
  readonly print: Uint8Array
}

/** The owners of a case's flows. */
export class ProcessNames {
  readonly #interned: Interned
  /** Owners are shared by the rows of a block, so most are found by what they are. */
  readonly #seen = new WeakMap<Owner, NamedProcess>()

  constructor(database: Database) {
    this.#interned = new Interned(database, 'proc', 'print')
  }

  of(owner: Owner): NamedProcess {
    const seen = this.#seen.get(owner)
    if (seen) return seen
    const columns = ownerColumns(owner)
    const print = printOf(columns)
    const named = { id: this.#interned.idOf(print, () => [...columns, print]), print }
    this.#seen.set(owner, named)
    return named
  }

  close(): void {
    this.#interned.close()
  }
}

/** Of the columns of `proc` between `id` and `print`. */
export const printOf = (columns: readonly SqlValue[]): Uint8Array =>
  createHash('sha256').update(canonicalRow(columns)).digest().subarray(0, printBytes)

function ownerColumns(owner: Owner): SqlValue[] {
  if (owner.kind !== 'process') {
    const why = owner.kind === 'unknown' ? owner.why : ''
    return [owner.kind, null, null, null, '', '', null, '', '', '', why]
  }
  const { kind, pid, start, parentPid, process, exe, uid, user, cgroup, container } = owner
  const startMs = start > 0 ? Math.floor(start) : null
  return [kind, pid, startMs, parentPid, process, exe, uid, user, cgroup, container, '']
}
