import { addressBytes } from '../../model/address.ts'
import { bytesInMemory, openBlock, type ColumnSource } from '../../model/column-block.ts'
import type { ColumnType, DecodedValues } from '../../model/column-chunk.ts'
import { FlowColumns, flowColumns, type FlowColumnName } from '../../model/flow-columns.ts'
import { encodeOwners, OwnerColumns } from '../../model/owner-block.ts'
import type { AddressColumn } from '../../model/packed-chunk.ts'
import type { CaseNames } from './case-names.ts'
import type { CaseColumn, CaseTable } from './case-table.ts'
import type { Numbered } from './numbering.ts'
import { pickedNumbers } from '../../query/partial-groups.ts'

/** Columns that the table has as blocks have them. */
const plainColumns: Partial<Record<FlowColumnName, CaseColumn>> = {
  id: 'flow_id',
  start: 'start_ms',
  end: 'end_ms',
  protocol: 'protocol',
  localPort: 'local_port',
  remotePort: 'remote_port',
  direction: 'direction',
  netns: 'netns',
  txBytes: 'tx_bytes',
  rxBytes: 'rx_bytes',
  txPackets: 'tx_packets',
  rxPackets: 'rx_packets',
  rttUs: 'rtt_us',
  retransmits: 'retransmits',
  state: 'state',
  endReason: 'end_reason',
  flags: 'flags',
}
const nameOfId: ReadonlyMap<number, FlowColumnName> = new Map(
  Object.entries(flowColumns).map(([name, { id }]) => [id, name as FlowColumnName]),
)

/** Rows of a block of a case, all of one run. */
export interface CaseRows {
  /** As `FlowReader` gives it: columns are to be read before its next block. */
  readonly table: CaseTable
  readonly rows: Uint32Array
  readonly names: CaseNames
  /** Columns that are to be others than the table's, made of its values. */
  readonly others?: Partial<Record<FlowColumnName, (values: ColumnsOfTable) => Float64Array>>
}

/** A column of the table, of the rows that are meant. */
export type ColumnsOfTable = (name: CaseColumn) => Float64Array

/** The same rows as a block of the log would have them, each column made when it is asked for. */
export function caseColumns(rows: CaseRows): FlowColumns {
  const source = new CaseSource(rows)
  return new FlowColumns(source, new OwnerColumns(source.owners))
}

class CaseSource implements ColumnSource {
  readonly rows: number
  readonly #of: CaseRows
  #owners: Numbered | undefined

  constructor(of: CaseRows) {
    this.rows = of.rows.length
    this.#of = of
  }

  /** The reader has checked them. */
  isPacked(): boolean {
    return true
  }

  column<T extends ColumnType>(id: number, type: T): DecodedValues<T> | undefined {
    const name = nameOfId.get(id)
    if (name === undefined || flowColumns[name].type !== type) return undefined
    return this.#made(name) as DecodedValues<T>
  }

  /** Those of the rows, made as a block when they are first asked for. */
  get owners(): ColumnSource {
    let block: ColumnSource | undefined
    const opened = () => (block ??= this.#ownerBlock())
    const rows = () => this.#numberedOwners().met.length
    return {
      get rows() {
        return rows()
      },
      isPacked: (id) => opened().isPacked(id),
      column: (id, type) => opened().column(id, type),
    }
  }

  #made(name: FlowColumnName): DecodedValues<ColumnType> {
    switch (name) {
      case 'localAddress':
        return this.#addresses('local_addr')
      case 'remoteAddress':
        return this.#addresses('remote_addr')
      case 'owner':
        return this.#numberedOwners().columns[0]!
      case 'actor':
        return this.#actors()
      default:
        return this.#numbers(name)
    }
  }

  #numbers(name: FlowColumnName): DecodedValues<'u8' | 'u16' | 'u32' | 'f64'> {
    const other = this.#of.others?.[name]
    const values = other ? other(this.#valuesOf) : this.#valuesOf(plainColumns[name]!)
    switch (flowColumns[name].type) {
      case 'u8':
        return Uint8Array.from(values)
      case 'u16':
        return Uint16Array.from(values)
      case 'u32':
        return Uint32Array.from(values)
      default:
        return values
    }
  }

  readonly #valuesOf: ColumnsOfTable = (name) => {
    const { table, rows } = this.#of
    const values = table.column(name)
    return rows.length === table.rows ? values : pickedNumbers(values, rows)
  }

  #addresses(name: 'local_addr' | 'remote_addr'): AddressColumn {
    const { addresses, addressNumbers } = this.#of.names
    const { met, columns } = addressNumbers.of([this.#valuesOf(name)])
    const distinct = new Uint8Array(addressBytes * met.length)
    met.forEach((id, i) => {
      const from = (id - 1) * addressBytes
      distinct.set(addresses.subarray(from, from + addressBytes), i * addressBytes)
    })
    return { distinct, ids: columns[0]! }
  }

  /** Of those who opened the sockets, and of those who used them last. */
  #numberedOwners(): Numbered {
    this.#owners ??= this.#of.names.ownerNumbers.of([
      this.#valuesOf('opened_by'),
      this.#valuesOf('proc'),
    ])
    return this.#owners
  }

  #actors(): Uint32Array {
    const [opened, used] = this.#numberedOwners().columns
    return used!.map((user, row) => (user === opened![row] ? 0 : user + 1))
  }

  #ownerBlock(): ColumnSource {
    const { owners } = this.#of.names
    const here = this.#numberedOwners().met.map((id) => owners[id - 1]!)
    const opened = openBlock(bytesInMemory(encodeOwners(here)))
    if (!opened.ok) throw new Error(`a block just made is ${opened.damage}`)
    return opened.block
  }
}
