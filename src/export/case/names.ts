import { createHash } from 'node:crypto'
import type { SqlValue } from 'sql.js'
import { addressBytes, formatAddress, isIpv4 } from '../../model/address.ts'
import { limits } from '../../model/limits.ts'
import { accountOf, type Owner } from '../../model/owner.ts'
import type { IndexTree } from '../sqlite/index-tree.ts'
import { encodeRecord, integerType, putInteger, serialType } from '../sqlite/record.ts'
import type { TableTree } from '../sqlite/table-tree.ts'
import { canonicalRow } from './canonical-row.ts'
import type { CaseTrees } from './case-trees.ts'
import { printBytes } from './flow-block-digest.ts'
import { KeyNumbers } from './key-numbers.ts'

/** The addresses of a case: `addr` is written of them at the end. */
export class AddressNames {
  readonly #numbers = new KeyNumbers(limits.caseAddressesMax, 'addresses')

  /** Number of the address of 16 bytes at `words[at]`. @throws ExportError */
  of(words: Uint32Array, at: number): number {
    return this.#numbers.of(words, at)
  }

  finish(trees: CaseTrees): void {
    const table = trees.table('addr')
    for (let id = 1; id <= this.#numbers.count; id++) appendAddress(table, this.#numbers.keyOf(id))
    writeKeyIndex(trees.index('addr_key'), this.#numbers)
  }
}

export interface NamedProcess {
  readonly id: number
  /** The four words of its print. */
  readonly print: Uint32Array
}

/** The owners of a case's flows: `proc` has each of them once. */
export class ProcessNames {
  readonly #numbers = new KeyNumbers(limits.caseProcessesMax, 'processes')
  readonly #trees: CaseTrees
  /** Of what was met lately, by its canonical text: a print takes several times as long. */
  readonly #lately = new Map<string, NamedProcess>()

  constructor(trees: CaseTrees) {
    this.#trees = trees
  }

  /** @throws ExportError */
  of(owner: Owner): NamedProcess {
    const columns = ownerColumns(owner)
    const text = canonicalRow(columns)
    const known = this.#lately.get(text)
    if (known) return known
    const bytes = printOf(columns)
    const print = new Uint32Array(bytes.slice().buffer)
    const before = this.#numbers.count
    const id = this.#numbers.of(print, 0)
    if (id > before) this.#trees.table('proc').append(encodeRecord([null, ...columns, bytes]))
    if (this.#lately.size === limits.caseProcessesRemembered) this.#lately.clear()
    const named = { id, print }
    this.#lately.set(text, named)
    return named
  }

  finish(): void {
    writeKeyIndex(this.#trees.index('proc_print'), this.#numbers)
  }
}

/** As `encodeRecord` has a number, a text, a number and 16 bytes; of a million addresses that would take a second. */
function appendAddress(table: TableTree, key: Uint8Array): void {
  const ip = formatAddress(key)
  const { bytes, at } = table.begin(5 + ip.length + 1 + addressBytes)
  bytes.set([5, serialType.null, serialType.text(ip.length), 1, serialType.blob(addressBytes)], at)
  let to = at + 5
  for (let i = 0; i < ip.length; i++) bytes[to++] = ip.charCodeAt(i)
  bytes[to++] = isIpv4(key) ? 4 : 6
  bytes.set(key, to)
  table.end(to + addressBytes)
}

function writeKeyIndex(index: IndexTree, numbers: KeyNumbers): void {
  const record = new Uint8Array(32)
  for (const id of numbers.sorted()) {
    const type = integerType(id)
    record.set([3, serialType.blob(addressBytes), type])
    record.set(numbers.keyOf(id), 3)
    index.append(record, putInteger(record, 3 + addressBytes, id, type))
  }
}

/** Of the columns of `proc` between `id` and `print`. */
export const printOf = (columns: readonly SqlValue[]): Uint8Array =>
  new Uint8Array(
    createHash('sha256').update(canonicalRow(columns)).digest().subarray(0, printBytes),
  )

function ownerColumns(owner: Owner): SqlValue[] {
  if (owner.kind !== 'process') {
    const why = owner.kind === 'unknown' ? owner.why : ''
    const { uid = null, user = '' } = accountOf(owner) ?? {}
    return [owner.kind, null, null, null, '', '', uid, user, '', '', why]
  }
  const { kind, pid, start, parentPid, process, exe, uid, user, cgroup, container } = owner
  const startMs = start > 0 ? Math.floor(start) : null
  return [kind, pid, startMs, parentPid, process, exe, uid, user, cgroup, container, '']
}
