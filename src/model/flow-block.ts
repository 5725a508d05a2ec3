import { addressBytes, type Address } from './address.ts'
import { bytesInMemory, type Damage } from './column-block.ts'
import type { BlockForm } from './column-chunk.ts'
import { DamagedColumn } from './damaged-column.ts'
import { FlowBatch } from './flow-batch.ts'
import { openFlows, type FlowColumns } from './flow-columns.ts'
import { directions, endReasons, tcpStates, type FlowRecord } from './flow.ts'
import type { Owner } from './owner.ts'
import type { AddressColumn } from './packed-chunk.ts'
import { hostTime } from './quantity.ts'

/** As one block. Stored ones keep times to the whole ms: fractions are noise to a compressor and would double the
 *  bytes of a row. */
export function encodeFlows(flows: readonly FlowRecord[], form: BlockForm = 'live'): Uint8Array {
  const batch = new FlowBatch(flows.length, form)
  batch.addRecords(flows)
  return batch.encode()
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

type RowColumns = ReturnType<typeof columnsOf>

const columnsOf = (block: FlowColumns) => ({
  id: block.column('id'),
  start: block.column('start'),
  end: block.column('end'),
  protocol: block.column('protocol'),
  localAddress: addressesOf(block.column('localAddress')),
  localPort: block.column('localPort'),
  remoteAddress: addressesOf(block.column('remoteAddress')),
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
const rowAt = (columns: RowColumns, owners: readonly Owner[], i: number): FlowRecord => ({
  id: columns.id[i]!,
  start: hostTime(columns.start[i]!),
  end: hostTime(columns.end[i]!),
  protocol: columns.protocol[i]!,
  localAddress: columns.localAddress(i),
  localPort: columns.localPort[i]!,
  remoteAddress: columns.remoteAddress(i),
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

/** A view of each different address, made when it is first asked for: a view of each row's took half of the memory. */
function addressesOf({ distinct, ids }: AddressColumn): (row: number) => Address {
  const views: Address[] = []
  return (row) => {
    const id = ids[row]!
    return (views[id] ??= distinct.subarray(id * addressBytes, (id + 1) * addressBytes))
  }
}
