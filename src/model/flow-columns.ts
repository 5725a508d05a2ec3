import {
  openBlock,
  partOf,
  type BlockBytes,
  type ColumnSource,
  type Damage,
} from './column-block.ts'
import type { NumberArray } from './kernels/number-array.ts'
import type { ColumnType, DecodedValues } from './column-chunk.ts'
import { DamagedColumn, present } from './damaged-column.ts'
import { directions, endReasons, tcpStates, type FlowRecord } from './flow.ts'
import { plainSpace, type BlockSpace } from './kernels/room.ts'
import { runKernel } from './kernels/run-kernel.ts'
import { OwnerColumns } from './owner-block.ts'
import type { AddressColumn } from './packed-chunk.ts'
import { largestOf } from './unpack-numbers.ts'

/**
 * The columns of a block of flows. Ids are part of the format, never given to another field. Counters as f64, exact to
 * 2^53. The actor is one past its owner's number, so that 0 is none.
 */
export const flowColumns = {
  id: { id: 1, type: 'f64' },
  start: { id: 2, type: 'f64' },
  end: { id: 3, type: 'f64' },
  protocol: { id: 4, type: 'u8' },
  localAddress: { id: 5, type: 'address' },
  localPort: { id: 6, type: 'u16' },
  remoteAddress: { id: 7, type: 'address' },
  remotePort: { id: 8, type: 'u16' },
  direction: { id: 9, type: 'u8' },
  owner: { id: 10, type: 'u32' },
  actor: { id: 11, type: 'u32' },
  netns: { id: 12, type: 'u32' },
  txBytes: { id: 13, type: 'f64' },
  rxBytes: { id: 14, type: 'f64' },
  txPackets: { id: 15, type: 'f64' },
  rxPackets: { id: 16, type: 'f64' },
  rttUs: { id: 17, type: 'u32' },
  retransmits: { id: 18, type: 'u32' },
  state: { id: 19, type: 'u8' },
  endReason: { id: 20, type: 'u8' },
  flags: { id: 21, type: 'u8' },
} as const satisfies Record<keyof FlowRecord, { readonly id: number; readonly type: ColumnType }>

export type FlowColumnName = keyof typeof flowColumns
type TypeOf<N extends FlowColumnName> = (typeof flowColumns)[N]['type']
/** Columns of one number a row; those of words (`direction`, ...) by the word's place in its list. */
export type NumberColumnName = {
  [N in FlowColumnName]: DecodedValues<TypeOf<N>> extends NumberArray ? N : never
}[FlowColumnName]

export type OpenedFlows =
  | { readonly ok: true; readonly columns: FlowColumns }
  | { readonly ok: false; readonly damage: Damage }

/** Of what `encodeFlows` makes: reads the heads of both blocks, and no column yet; columns will be in the space. */
export function openFlows(bytes: BlockBytes, space = plainSpace): OpenedFlows {
  const head = bytes.read(0, 4)
  if (head.length < 4) return { ok: false, damage: 'short' }
  const ownersLength = new DataView(head.buffer, head.byteOffset).getUint32(0, true)
  if (4 + ownersLength > bytes.length) return { ok: false, damage: 'short' }
  const owners = openBlock(partOf(bytes, 4, ownersLength))
  if (!owners.ok) return owners
  const rows = openBlock(partOf(bytes, 4 + ownersLength, bytes.length - 4 - ownersLength))
  if (!rows.ok) return rows
  return { ok: true, columns: new FlowColumns(rows.block, new OwnerColumns(owners.block), space) }
}

/**
 * Flows column by column, each read, checked and decoded when it is first asked for: a question pays for the columns
 * that it reads.
 */
export class FlowColumns {
  readonly rows: number
  readonly owners: OwnerColumns
  /** Where its columns are, and what is made of them may be. */
  readonly space: BlockSpace
  readonly #block: ColumnSource
  readonly #decoded = new Map<FlowColumnName, unknown>()
  readonly #addressColumns = new Map<FlowColumnName, AddressColumn>()
  #actors: Uint32Array | undefined

  constructor(block: ColumnSource, owners: OwnerColumns, space = plainSpace) {
    this.space = space
    this.rows = block.rows
    this.owners = owners
    this.#block = block
  }

  /** Not to be changed: it is kept. @throws DamagedColumn */
  column<N extends FlowColumnName>(name: N): DecodedValues<TypeOf<N>> {
    const known = this.#decoded.get(name)
    if (known !== undefined) return known as DecodedValues<TypeOf<N>>
    if (name === 'localAddress' || name === 'remoteAddress')
      return readNow(this.#addresses(name)) as DecodedValues<TypeOf<N>>
    const { id, type } = flowColumns[name]
    const values = present(this.#block.column<ColumnType>(id, type, this.space))
    this.#check(name, values)
    this.#decoded.set(name, values)
    return values as DecodedValues<TypeOf<N>>
  }

  #addresses(name: 'localAddress' | 'remoteAddress'): AddressColumn {
    const known = this.#addressColumns.get(name)
    if (known) return known
    const column = present(this.#block.column(flowColumns[name].id, 'address', this.space))
    this.#addressColumns.set(name, column)
    return column
  }

  /** The different addresses of an end, 16 bytes each, without saying which rows have them. @throws DamagedColumn */
  distinct(name: 'localAddress' | 'remoteAddress'): Uint8Array {
    return this.#addresses(name).distinct
  }

  /** Numbers of the owners whose traffic it is: of the actor where there is one. @throws DamagedColumn */
  actors(): Uint32Array {
    if (this.#actors) return this.#actors
    const owners = this.column('owner')
    const actors = this.column('actor')
    this.#actors = this.space.columns.words(owners.length)
    chooseActors(this.#actors, owners, actors)
    return this.#actors
  }

  /** A number must name something, and a count be one: f64 also holds NaN, infinite and negative. */
  #check(name: FlowColumnName, values: DecodedValues<ColumnType>): void {
    switch (name) {
      case 'direction':
        return checkBelow(directions.length, values as Uint8Array)
      case 'state':
        return checkBelow(tcpStates.length, values as Uint8Array)
      case 'endReason':
        return checkBelow(endReasons.length, values as Uint8Array)
      case 'owner':
        return checkWords(this.owners.rows, values as Uint32Array)
      case 'actor':
        return checkWords(this.owners.rows + 1, values as Uint32Array)
      default:
        if (values instanceof Float64Array && !this.#block.isPacked(flowColumns[name].id))
          checkBelow(Infinity, values)
    }
  }
}

function checkWords(bound: number, values: Uint32Array): void {
  if (largestOf(values) >= bound && values.length > 0) throw new DamagedColumn('out of range')
}

function chooseActors(numbers: Uint32Array, owners: Uint32Array, actors: Uint32Array): void {
  if (runKernel('chooseActors', numbers, owners, actors, numbers.length) !== undefined) return
  for (let i = 0; i < numbers.length; i++) {
    const actor = actors[i]!
    numbers[i] = actor === 0 ? owners[i]! : actor - 1
  }
}

/** Whoever asks for the column is told of its damage then, and not later. */
function readNow(column: AddressColumn): AddressColumn {
  void column.ids
  return column
}

function checkBelow(bound: number, values: NumberArray): void {
  for (let i = 0; i < values.length; i++)
    if (!(values[i]! >= 0 && values[i]! < bound)) throw new DamagedColumn('out of range')
}
