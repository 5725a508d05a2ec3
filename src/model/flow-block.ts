import { addressBytes } from './address.ts'
import { decodeBlock, encodeBlock, type Block, type Column, type Damage } from './column-block.ts'
import type { BlockForm } from './column-chunk.ts'
import { directions, endReasons, tcpStates, type FlowRecord } from './flow.ts'
import { decodeOwners, encodeOwners } from './owner-block.ts'
import type { Owner } from './owner.ts'
import type { NumberArray } from './packed-chunk.ts'
import { hostTime } from './quantity.ts'
import { storedTimes } from './stored-times.ts'

/** Column ids: part of the format, never given to another field. */
const id = {
  id: 1,
  start: 2,
  end: 3,
  protocol: 4,
  localAddress: 5,
  localPort: 6,
  remoteAddress: 7,
  remotePort: 8,
  direction: 9,
  owner: 10,
  actor: 11,
  netns: 12,
  txBytes: 13,
  rxBytes: 14,
  txPackets: 15,
  rxPackets: 16,
  rttUs: 17,
  retransmits: 18,
  state: 19,
  endReason: 20,
  flags: 21,
} as const

type NumberKey = {
  [K in keyof FlowRecord]: FlowRecord[K] extends number ? K : never
}[keyof FlowRecord]
type NumberColumn = { readonly id: number; readonly type: 'u8' | 'u16' | 'u32' | 'f64' }
const arrays: Record<NumberColumn['type'], new (length: number) => NumberArray> = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f64: Float64Array,
}

/** Fields stored as they are; counters as f64, exact to 2^53. */
const numbers = {
  id: { id: id.id, type: 'f64' },
  start: { id: id.start, type: 'f64' },
  end: { id: id.end, type: 'f64' },
  protocol: { id: id.protocol, type: 'u8' },
  localPort: { id: id.localPort, type: 'u16' },
  remotePort: { id: id.remotePort, type: 'u16' },
  netns: { id: id.netns, type: 'u32' },
  txBytes: { id: id.txBytes, type: 'f64' },
  rxBytes: { id: id.rxBytes, type: 'f64' },
  txPackets: { id: id.txPackets, type: 'f64' },
  rxPackets: { id: id.rxPackets, type: 'f64' },
  rttUs: { id: id.rttUs, type: 'u32' },
  retransmits: { id: id.retransmits, type: 'u32' },
  flags: { id: id.flags, type: 'u8' },
} as const satisfies Record<NumberKey, NumberColumn>

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
  const columns: Column[] = Object.entries(numbers).map(([key, column]) =>
    numberColumn(key as NumberKey, column, flows, form),
  )
  columns.push(
    { id: id.localAddress, type: 'address', values: addresses(flows, 'localAddress') },
    { id: id.remoteAddress, type: 'address', values: addresses(flows, 'remoteAddress') },
    { id: id.direction, type: 'u8', values: numbersOf(Uint8Array, flows, directionNumber) },
    { id: id.state, type: 'u8', values: numbersOf(Uint8Array, flows, stateNumber) },
    { id: id.endReason, type: 'u8', values: numbersOf(Uint8Array, flows, endReasonNumber) },
    {
      id: id.owner,
      type: 'u32',
      values: numbersOf(Uint32Array, flows, (flow) => numberOf(flow.owner)),
    },
    {
      id: id.actor,
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

function numberColumn(
  key: NumberKey,
  column: NumberColumn,
  flows: readonly FlowRecord[],
  form: BlockForm,
): Column {
  const times: Partial<Record<NumberKey, (flow: FlowRecord) => number>> = storedTimes
  const stored = form === 'stored' ? times[key] : undefined
  const values = numbersOf(arrays[column.type], flows, stored ?? ((flow) => flow[key]))
  return { id: column.id, type: column.type, values } as Column
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
  if (bytes.length < 4) return { ok: false, damage: 'short' }
  const ownersLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (4 + ownersLength > bytes.length) return { ok: false, damage: 'short' }
  const owners = decodeBlock(bytes.subarray(4, 4 + ownersLength))
  if (!owners.ok) return owners
  const rows = decodeBlock(bytes.subarray(4 + ownersLength))
  if (!rows.ok) return rows
  const ownerList = decodeOwners(owners.block)
  const flows = ownerList && decodeRows(rows.block, ownerList)
  return flows ? { ok: true, flows } : { ok: false, damage: 'malformed' }
}

/** Undefined where a column is missing or damaged, or a number stands for nothing. */
function decodeRows(block: Block, owners: readonly Owner[]): FlowRecord[] | undefined {
  const columns = columnsOf(block)
  if (!allThere(columns)) return undefined
  const flows: FlowRecord[] = []
  for (let i = 0; i < block.rows; i++) {
    const flow = rowAt(columns, owners, i)
    if (!flow) return undefined
    flows.push(flow)
  }
  return flows
}

function columnsOf(block: Block) {
  const number = (key: NumberKey) => block.column(numbers[key].id, numbers[key].type)
  return {
    id: number('id'),
    start: number('start'),
    end: number('end'),
    protocol: number('protocol'),
    localAddress: block.column(id.localAddress, 'address'),
    localPort: number('localPort'),
    remoteAddress: block.column(id.remoteAddress, 'address'),
    remotePort: number('remotePort'),
    direction: block.column(id.direction, 'u8'),
    owner: block.column(id.owner, 'u32'),
    actor: block.column(id.actor, 'u32'),
    netns: number('netns'),
    txBytes: number('txBytes'),
    rxBytes: number('rxBytes'),
    txPackets: number('txPackets'),
    rxPackets: number('rxPackets'),
    rttUs: number('rttUs'),
    retransmits: number('retransmits'),
    state: block.column(id.state, 'u8'),
    endReason: block.column(id.endReason, 'u8'),
    flags: number('flags'),
  }
}
type FlowColumns = Present<ReturnType<typeof columnsOf>>

/** Undefined where a number names nothing or is no count. */
function rowAt(columns: FlowColumns, owners: readonly Owner[], i: number): FlowRecord | undefined {
  const actorNumber = columns.actor[i]!
  const owner = owners[columns.owner[i]!]
  const actor = actorNumber === 0 ? undefined : owners[actorNumber - 1]
  const direction = directions[columns.direction[i]!]
  const state = tcpStates[columns.state[i]!]
  const endReason = endReasons[columns.endReason[i]!]
  if (!owner || !direction || !state || !endReason || (actorNumber !== 0 && !actor))
    return undefined
  const flow: FlowRecord = {
    id: columns.id[i]!,
    start: hostTime(columns.start[i]!),
    end: hostTime(columns.end[i]!),
    protocol: columns.protocol[i]!,
    localAddress: columns.localAddress.subarray(i * addressBytes, (i + 1) * addressBytes),
    localPort: columns.localPort[i]!,
    remoteAddress: columns.remoteAddress.subarray(i * addressBytes, (i + 1) * addressBytes),
    remotePort: columns.remotePort[i]!,
    direction,
    owner,
    actor,
    netns: columns.netns[i]!,
    txBytes: columns.txBytes[i]!,
    rxBytes: columns.rxBytes[i]!,
    txPackets: columns.txPackets[i]!,
    rxPackets: columns.rxPackets[i]!,
    rttUs: columns.rttUs[i]!,
    retransmits: columns.retransmits[i]!,
    state,
    endReason,
    flags: columns.flags[i]!,
  }
  return countsAreSound(flow) ? flow : undefined
}

/** What f64 can hold and a count cannot: NaN, infinite, negative. Times carry fractions of a ms. */
function countsAreSound(flow: FlowRecord): boolean {
  const { id, start, end, txBytes, rxBytes, txPackets, rxPackets } = flow
  return [id, start, end, txBytes, rxBytes, txPackets, rxPackets].every(
    (count) => Number.isFinite(count) && count >= 0,
  )
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> }
function allThere<T extends object>(columns: T): columns is T & Present<T> {
  return Object.values(columns).every((column) => column !== undefined)
}
