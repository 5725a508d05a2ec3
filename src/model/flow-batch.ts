import { addressBytes } from './address.ts'
import { BlockEncoder, type Column } from './column-block.ts'
import type { BlockForm } from './column-chunk.ts'
import { flowColumns, type FlowColumnName, type FlowColumns } from './flow-columns.ts'
import { directions, endReasons, tcpStates, type FlowRecord } from './flow.ts'
import { encodeOwners } from './owner-block.ts'
import type { Owner } from './owner.ts'
import { OwnerNumbers } from './owner-numbers.ts'
import type { AddressColumn } from './packed-chunk.ts'
import { hostTime, type HostTime } from './quantity.ts'
import { storedTimes } from './stored-times.ts'

const arrays = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f64: Float64Array,
  address: Uint8Array,
} as const
type ArrayOf<N extends FlowColumnName> = InstanceType<
  (typeof arrays)[(typeof flowColumns)[N]['type']]
>
type Arrays = { readonly [N in FlowColumnName]: ArrayOf<N> }

const names = Object.keys(flowColumns) as FlowColumnName[]

/**
 * Flows gathered column by column, to be encoded as a block: of records as they come, and of blocks that are there
 * already, which are joined without a record in between. Owners that are equal become one.
 */
export class FlowBatch {
  readonly #form: BlockForm
  readonly #columns: Arrays
  readonly #owners = new OwnerNumbers()
  readonly rowsMax: number
  rows = 0

  constructor(rowsMax: number, form: BlockForm) {
    this.rowsMax = rowsMax
    this.#form = form
    this.#columns = arraysFor(rowsMax)
  }

  /** Row by row into all columns: a pass a column over the records took twice as long. */
  addRecords(flows: readonly FlowRecord[]): void {
    const columns = this.#columns
    const owners = new Map<Owner, number>()
    const numberOf = (owner: Owner) => {
      const known = owners.get(owner)
      if (known !== undefined) return known
      const number = this.#owners.of(owner)
      owners.set(owner, number)
      return number
    }
    const times = this.#form === 'stored' ? storedTimes : exactTimes
    for (const flow of flows) {
      const row = this.rows++
      columns.id[row] = flow.id
      columns.start[row] = times.start(flow)
      columns.end[row] = times.end(flow)
      columns.protocol[row] = flow.protocol
      copyAddress(flow.localAddress, 0, columns.localAddress, row)
      columns.localPort[row] = flow.localPort
      copyAddress(flow.remoteAddress, 0, columns.remoteAddress, row)
      columns.remotePort[row] = flow.remotePort
      columns.direction[row] = directions.indexOf(flow.direction)
      columns.owner[row] = numberOf(flow.owner)
      columns.actor[row] = flow.actor ? numberOf(flow.actor) + 1 : 0
      columns.netns[row] = flow.netns
      columns.txBytes[row] = flow.txBytes
      columns.rxBytes[row] = flow.rxBytes
      columns.txPackets[row] = flow.txPackets
      columns.rxPackets[row] = flow.rxPackets
      columns.rttUs[row] = flow.rttUs
      columns.retransmits[row] = flow.retransmits
      columns.state[row] = tcpStates.indexOf(flow.state)
      columns.endReason[row] = endReasons.indexOf(flow.endReason)
      columns.flags[row] = flow.flags
    }
  }

  /** Rows [from, to) of a block. @throws DamagedColumn, and then it holds what it held before */
  addBlock(block: FlowColumns, from: number, to: number): void {
    const read = names.map((name) => block.column<FlowColumnName>(name))
    const owners = block.owners.list()
    for (const [i, name] of names.entries()) {
      const values = read[i]!
      if ('ids' in values) this.#addAddresses(name, values, from, to)
      else this.#columns[name].set(values.subarray(from, to), this.rows)
    }
    this.#renumber(owners, this.rows, this.rows + (to - from))
    this.rows += to - from
  }

  /** Earliest and latest end of its flows, and their earliest start. */
  span(): { readonly from: HostTime; readonly to: HostTime; readonly begun: HostTime } {
    const { start: starts, end: ends } = this.#columns
    let from = Infinity
    let to = 0
    let begun = Infinity
    for (let row = 0; row < this.rows; row++) {
      from = Math.min(from, ends[row]!)
      to = Math.max(to, ends[row]!)
      begun = Math.min(begun, starts[row]!)
    }
    return { from: hostTime(from), to: hostTime(to), begun: hostTime(begun) }
  }

  /** Two blocks, the owners' first: `u32 length of the owners' block | owners | flows`. */
  encode(): Uint8Array {
    const steps = this.encodeByColumn()
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
    }
  }

  /** The same, column by column for who has no 30 ms at once; it must not be added to meanwhile. */
  *encodeByColumn(): Generator<void, Uint8Array> {
    const encoder = new BlockEncoder(this.rows, this.#form)
    for (const name of names) {
      encoder.add(this.#column(name))
      yield
    }
    const owners = encodeOwners(this.#owners.all, this.#form)
    const rows = encoder.finish()
    const bytes = new Uint8Array(4 + owners.length + rows.length)
    new DataView(bytes.buffer).setUint32(0, owners.length, true)
    bytes.set(owners, 4)
    bytes.set(rows, 4 + owners.length)
    return bytes
  }

  clear(): void {
    this.rows = 0
    this.#owners.clear()
  }

  #column(name: FlowColumnName): Column {
    const { id, type } = flowColumns[name]
    const length = type === 'address' ? this.rows * addressBytes : this.rows
    return { id, type, values: this.#columns[name].subarray(0, length) } as Column
  }

  #addAddresses(name: FlowColumnName, values: AddressColumn, from: number, to: number): void {
    const into = this.#columns[name] as Uint8Array
    for (let row = from; row < to; row++)
      copyAddress(values.distinct, values.ids[row]!, into, this.rows + row - from)
  }

  /** Gives rows [from, to), which have the numbers of another block's `owners`, those of this one. */
  #renumber(owners: readonly Owner[], from: number, to: number): void {
    const numbers = new Int32Array(owners.length).fill(-1)
    const numberOf = (number: number) => {
      if (numbers[number]! < 0) numbers[number] = this.#owners.of(owners[number]!)
      return numbers[number]!
    }
    const { owner, actor } = this.#columns
    for (let row = from; row < to; row++) {
      owner[row] = numberOf(owner[row]!)
      if (actor[row] !== 0) actor[row] = numberOf(actor[row]! - 1) + 1
    }
  }
}

const exactTimes: typeof storedTimes = { start: ({ start }) => start, end: ({ end }) => end }

function arraysFor(rows: number): Arrays {
  const made = names.map((name) => {
    const { type } = flowColumns[name]
    return [name, new arrays[type](type === 'address' ? rows * addressBytes : rows)] as const
  })
  return Object.fromEntries(made) as Arrays
}

/** By a loop, because `set` takes five times as long for 16 bytes. */
function copyAddress(from: Uint8Array, number: number, to: Uint8Array, row: number): void {
  for (let i = 0; i < addressBytes; i++)
    to[row * addressBytes + i] = from[number * addressBytes + i]!
}
