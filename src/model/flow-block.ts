import { addressBytes, type Address } from './address.ts'
import { bytesInMemory, encodeBlock, type Column, type Damage } from './column-block.ts'
import type { BlockForm } from './column-chunk.ts'
import { DamagedColumn } from './damaged-column.ts'
import { flowColumns, openFlows, type FlowColumns } from './flow-columns.ts'
import { directions, endReasons, tcpStates, type FlowRecord } from './flow.ts'
import { encodeOwners } from './owner-block.ts'
import type { Owner } from './owner.ts'
import type { AddressColumn, NumberArray } from './packed-chunk.ts'
import { hostTime } from './quantity.ts'
import { storedTimes } from './stored-times.ts'

type NumberKey = {
  [K in keyof FlowRecord]: FlowRecord[K] extends number ? K : never
}[keyof FlowRecord]

const arrays = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array } as const
/** Fields stored as they are. */
const numberKeys = [
  'id',
  'start',
  'end',
  'protocol',
  'localPort',
  'remotePort',
  'netns',
  'txBytes',
  'rxBytes',
  'txPackets',
  'rxPackets',
  'rttUs',
  'retransmits',
  'flags',
] as const satisfies readonly NumberKey[]

/**
 * Two blocks, the owners' first: `u32 length of the owners' block | owners | flows`. Stored ones keep times to the
 * whole ms: fractions are noise to a compressor and would double the bytes of a row.
 */
export function encodeFlows(flows: readonly FlowRecord[], form: BlockForm = 'live'): Uint8Array {
  const ownerNumbers = new Map<Owner, number>()
  const numberOf = (owner: Owner) => {
    const number = ownerNumbers.get(owner) ?? ownerNumbers.size
    ownerNumbers.set(owner, number)
    return number
  }
  const columns = numberKeys.map((key) => numberColumn(key, flows, form))
  columns.push(
    { id: flowColumns.localAddress.id, type: 'address', values: addresses(flows, 'localAddress') },
    {
      id: flowColumns.remoteAddress.id,
      type: 'address',
      values: addresses(flows, 'remoteAddress'),
    },
    {
      id: flowColumns.direction.id,
      type: 'u8',
      values: numbersOf(Uint8Array, flows, directionNumber),
    },
    { id: flowColumns.state.id, type: 'u8', values: numbersOf(Uint8Array, flows, stateNumber) },
    {
      id: flowColumns.endReason.id,
      type: 'u8',
      values: numbersOf(Uint8Array, flows, endReasonNumber),
    },
    {
      id: flowColumns.owner.id,
      type: 'u32',
      values: numbersOf(Uint32Array, flows, (flow) => numberOf(flow.owner)),
    },
    {
      id: flowColumns.actor.id,
      type: 'u32',
      // One past the owner's number, so that 0 is none.
      values: numbersOf(Uint32Array, flows, ({ actor }) => (actor ? numberOf(actor) + 1 : 0)),
    },
  )
  const owners = encodeOwners([...ownerNumbers.keys()], form)
  const rows = encodeBlock(flows.length, columns, form)
  const bytes = new Uint8Array(4 + owners.length + rows.length)
  new DataView(bytes.buffer).setUint32(0, owners.length, true)
  bytes.set(owners, 4)
  bytes.set(rows, 4 + owners.length)
  return bytes
}

function numberColumn(key: NumberKey, flows: readonly FlowRecord[], form: BlockForm): Column {
  const { id, type } = flowColumns[key]
  const times: Partial<Record<NumberKey, (flow: FlowRecord) => number>> = storedTimes
  const stored = form === 'stored' ? times[key] : undefined
  const values = numbersOf<NumberArray>(arrays[type], flows, stored ?? ((flow) => flow[key]))
  return { id, type, values } as Column
}

const directionNumber = (flow: FlowRecord) => directions.indexOf(flow.direction)
const stateNumber = (flow: FlowRecord) => tcpStates.indexOf(flow.state)
const endReasonNumber = (flow: FlowRecord) => endReasons.indexOf(flow.endReason)

/** By a loop, because `from` of a typed array goes through an iterator and takes three times as long. */
function numbersOf<T extends NumberArray>(
  type: new (length: number) => T,
  flows: readonly FlowRecord[],
  numberOf: (flow: FlowRecord) => number,
): T {
  const values = new type(flows.length)
  for (let i = 0; i < flows.length; i++) values[i] = numberOf(flows[i]!)
  return values
}

function addresses(flows: readonly FlowRecord[], key: 'localAddress' | 'remoteAddress') {
  const bytes = new Uint8Array(flows.length * addressBytes)
  flows.forEach((flow, i) => bytes.set(flow[key], i * addressBytes))
  return bytes
}

export type DecodedFlows =
  | { readonly ok: true; readonly flows: FlowRecord[] }
  | { readonly ok: false; readonly damage: Damage }

/** Every field is checked here, and text cleaned: a block may come from a damaged file or a hostile host. */
export function decodeFlows(bytes: Uint8Array): DecodedFlows {
  const opened = openFlows(bytesInMemory(bytes))
  if (!opened.ok) return opened
  try {
    return { ok: true, flows: rowsOf(opened.columns) }
  } catch (error) {
    if (!(error instanceof DamagedColumn)) throw error
    return { ok: false, damage: 'malformed' }
  }
}

/** All rows of a block as records, with views of its addresses. @throws DamagedColumn */
export const rowsOf = (block: FlowColumns): FlowRecord[] =>
  recordsAt(
    block,
    Uint32Array.from({ length: block.rows }, (_, row) => row),
  )

/** Those rows of a block as records. @throws DamagedColumn */
export function recordsAt(block: FlowColumns, rows: Uint32Array): FlowRecord[] {
  const columns = columnsOf(block)
  const owners = block.owners.list()
  return Array.from(rows, (row) => rowAt(columns, owners, row))
}

const columnsOf = (block: FlowColumns) => ({
  id: block.column('id'),
  start: block.column('start'),
  end: block.column('end'),
  protocol: block.column('protocol'),
  localAddress: block.column('localAddress'),
  localPort: block.column('localPort'),
  remoteAddress: block.column('remoteAddress'),
  remotePort: block.column('remotePort'),
  direction: block.column('direction'),
  owner: block.column('owner'),
  actor: block.column('actor'),
  netns: block.column('netns'),
  txBytes: block.column('txBytes'),
  rxBytes: block.column('rxBytes'),
  txPackets: block.column('txPackets'),
  rxPackets: block.column('rxPackets'),
  rttUs: block.column('rttUs'),
  retransmits: block.column('retransmits'),
  state: block.column('state'),
  endReason: block.column('endReason'),
  flags: block.column('flags'),
})

/** Column by column rather than in a loop over names, which would take several times as long. */
const rowAt = (
  columns: ReturnType<typeof columnsOf>,
  owners: readonly Owner[],
  i: number,
): FlowRecord => ({
  id: columns.id[i]!,
  start: hostTime(columns.start[i]!),
  end: hostTime(columns.end[i]!),
  protocol: columns.protocol[i]!,
  localAddress: addressAt(columns.localAddress, i),
  localPort: columns.localPort[i]!,
  remoteAddress: addressAt(columns.remoteAddress, i),
  remotePort: columns.remotePort[i]!,
  direction: directions[columns.direction[i]!]!,
  owner: owners[columns.owner[i]!]!,
  actor: columns.actor[i] === 0 ? undefined : owners[columns.actor[i]! - 1]!,
  netns: columns.netns[i]!,
  txBytes: columns.txBytes[i]!,
  rxBytes: columns.rxBytes[i]!,
  txPackets: columns.txPackets[i]!,
  rxPackets: columns.rxPackets[i]!,
  rttUs: columns.rttUs[i]!,
  retransmits: columns.retransmits[i]!,
  state: tcpStates[columns.state[i]!]!,
  endReason: endReasons[columns.endReason[i]!]!,
  flags: columns.flags[i]!,
})

function addressAt({ distinct, ids }: AddressColumn, row: number): Address {
  const at = ids[row]! * addressBytes
  return distinct.subarray(at, at + addressBytes)
}
