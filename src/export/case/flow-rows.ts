import { addressBytes } from '../../model/address.ts'
import type { FlowColumns } from '../../model/flow-columns.ts'
import type { AddressColumn } from '../../model/packed-chunk.ts'
import { keyMax } from '../sqlite/key-sorter.ts'
import { namesAt, rowNumbers, type FlowBlockDigest } from './flow-block-digest.ts'
import type { AddressNames, ProcessNames } from './names.ts'
import { flowColumnAt } from './tables.ts'

export interface CaseNames {
  readonly addresses: AddressNames
  readonly processes: ProcessNames
}

/** Where rows are put: those from `from` to before `to` of the selection behind the rows that the block has. */
interface Span {
  readonly digest: FlowBlockDigest
  readonly rows: Uint32Array
  readonly from: number
  readonly to: number
}

/** Columns that `flow` has as the block has them. */
const plainColumns = [
  ['flow_id', 'id'],
  ['protocol', 'protocol'],
  ['direction', 'direction'],
  ['local_port', 'localPort'],
  ['remote_port', 'remotePort'],
  ['netns', 'netns'],
  ['tx_bytes', 'txBytes'],
  ['rx_bytes', 'rxBytes'],
  ['tx_packets', 'txPackets'],
  ['rx_packets', 'rxPackets'],
  ['rtt_us', 'rttUs'],
  ['retransmits', 'retransmits'],
  ['state', 'state'],
  ['end_reason', 'endReason'],
  ['flags', 'flags'],
] as const

/** What a row of a block names, by its number there: the number in the case, and the words that stand for it. */
interface Named {
  readonly ids: ArrayLike<number>
  readonly numbers: Uint32Array
  readonly words: Uint32Array
}

const wordsAName = addressBytes / 4

/**
 * Selected rows of a block in the terms of a case. Column by column, without an object a row, of which a case could be
 * made at a third of the speed.
 */
export class FlowRows {
  readonly #block: FlowColumns
  readonly #rows: Uint32Array
  readonly #local: Named
  readonly #remote: Named
  readonly #proc: Named
  readonly #openedBy: Named

  /** @throws ExportError where the case can take no more names */
  constructor(block: FlowColumns, rows: Uint32Array, names: CaseNames) {
    this.#block = block
    this.#rows = rows
    this.#local = namedAddresses(block.column('localAddress'), rows, names.addresses)
    this.#remote = namedAddresses(block.column('remoteAddress'), rows, names.addresses)
    const owners = {
      numbers: new Uint32Array(block.owners.rows),
      words: new Uint32Array(block.owners.rows * wordsAName),
    }
    this.#proc = { ids: block.actors(), ...owners }
    this.#openedBy = { ids: block.column('owner'), ...owners }
    for (const { ids } of [this.#proc, this.#openedBy])
      for (let i = 0; i < rows.length; i++) this.#nameOwner(ids[rows[i]!]!, names.processes)
  }

  /** Fills rows into a block in place, with numbers from `id` on. */
  fill(digest: FlowBlockDigest, part: { from: number; to: number; id: number; run: number }): void {
    const { from, to, id, run } = part
    const span = { digest, rows: this.#rows, from, to }
    const { numbers } = digest
    for (let i = from, at = digest.rows * rowNumbers; i < to; i++, at += rowNumbers) {
      numbers[at] = id + i - from
      numbers[at + 1] = run
    }
    for (const [name, source] of plainColumns)
      fillColumn(span, flowColumnAt(name), this.#block.column(source))
    this.#fillTimes(span)
    fillNamed(span, flowColumnAt('local_addr'), this.#local)
    fillNamed(span, flowColumnAt('remote_addr'), this.#remote)
    fillNamed(span, flowColumnAt('proc'), this.#proc)
    fillNamed(span, flowColumnAt('opened_by'), this.#openedBy)
    ;[this.#local, this.#remote, this.#proc, this.#openedBy].forEach((named, i) =>
      fillWords(span, namesAt + i * wordsAName, named),
    )
  }

  /** As `storedTimes` has them of a record. */
  #fillTimes({ digest: { numbers, rows: filled }, rows, from, to }: Span): void {
    const starts = this.#block.column('start')
    const ends = this.#block.column('end')
    let at = filled * rowNumbers
    for (let i = from; i < to; i++, at += rowNumbers) {
      const row = rows[i]!
      const end = Math.min(ends[row]!, keyMax)
      numbers[at + startAt] = Math.floor(Math.min(starts[row]!, end))
      numbers[at + endAt] = Math.floor(end)
    }
  }

  #nameOwner(owner: number, processes: ProcessNames): void {
    const { numbers, words } = this.#proc
    if (numbers[owner] !== 0) return
    const { id, print } = processes.of(this.#block.owners.view(owner))
    numbers[owner] = id
    words.set(print, owner * wordsAName)
  }
}

const startAt = flowColumnAt('start_ms')
const endAt = flowColumnAt('end_ms')

function namedAddresses(
  { distinct, ids }: AddressColumn,
  rows: Uint32Array,
  addresses: AddressNames,
): Named {
  const words = new Uint32Array(distinct.buffer, distinct.byteOffset, distinct.length / 4)
  const numbers = new Uint32Array(distinct.length / addressBytes)
  for (let i = 0; i < rows.length; i++) {
    const id = ids[rows[i]!]!
    if (numbers[id] === 0) numbers[id] = addresses.of(words, id * wordsAName)
  }
  return { ids, numbers, words }
}

/** A counter of a damaged block could be any number; SQLite's integers and JavaScript's are the same up to 2^53. */
function fillColumn(span: Span, column: number, values: ArrayLike<number>): void {
  const { digest, rows, from, to } = span
  const { numbers } = digest
  let at = digest.rows * rowNumbers + column
  for (let i = from; i < to; i++, at += rowNumbers)
    numbers[at] = Math.min(Math.floor(values[rows[i]!]!), Number.MAX_SAFE_INTEGER)
}

function fillNamed(span: Span, column: number, { ids, numbers: named }: Named): void {
  const { digest, rows, from, to } = span
  const { numbers } = digest
  let at = digest.rows * rowNumbers + column
  for (let i = from; i < to; i++, at += rowNumbers) numbers[at] = named[ids[rows[i]!]!]!
}

function fillWords(span: Span, offset: number, { ids, words: source }: Named): void {
  const { digest, rows, from, to } = span
  const { words } = digest
  let at = 2 * digest.rows * rowNumbers + offset
  for (let i = from; i < to; i++, at += 2 * rowNumbers) {
    const word = ids[rows[i]!]! * wordsAName
    words[at] = source[word]!
    words[at + 1] = source[word + 1]!
    words[at + 2] = source[word + 2]!
    words[at + 3] = source[word + 3]!
  }
}
