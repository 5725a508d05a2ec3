import type { Database, SqlValue } from 'sql.js'
import { formatAddress, isIpv4 } from '../../../src/model/address.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { asNames, naiveAs, naiveCountry } from '../../sim/small-whereabouts.ts'
import { vocabulary, type FieldName } from '../../../src/model/vocabulary.ts'

/** Columns as the vocabulary has them; what is a list or a time there is a number here. */
const fields = (Object.keys(vocabulary) as FieldName[]).filter(
  (name) => !['flow_id', 'start', 'end', 'flags', 'host'].includes(name),
)

const columns: Record<string, (flow: FlowRecord) => SqlValue> = {
  id: ({ id }) => id,
  start_ms: ({ start }) => start,
  end_ms: ({ end }) => end,
  flags: ({ flags }) => flags,
  local_bits: ({ localAddress }) => bitsOf(localAddress),
  remote_bits: ({ remoteAddress }) => bitsOf(remoteAddress),
  local_v4: ({ localAddress }) => Number(isIpv4(localAddress)),
  remote_v4: ({ remoteAddress }) => Number(isIpv4(remoteAddress)),
  remote_country: ({ remoteAddress }) => naiveCountry(remoteAddress),
  remote_as: ({ remoteAddress }) => naiveAs(remoteAddress),
  as_name: ({ remoteAddress }) => asNames.get(Number(naiveAs(remoteAddress))) ?? null,
  ...Object.fromEntries(
    fields.map((name) => [name, (flow: FlowRecord) => vocabulary[name](flow, 'here') as SqlValue]),
  ),
}

/** 128 digits. */
export const bitsOf = (address: Uint8Array) =>
  Array.from(address, (byte) => byte.toString(2).padStart(8, '0')).join('')

/** The network of those first bits. */
export function networkOf(bits: string, length: number): string {
  const all = bits.padEnd(128, '0')
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => parseInt(all.slice(8 * i, 8 * i + 8), 2))
  return `${formatAddress(bytes)}/${length}`
}

/** A table `flow` of these and no others. */
export function fillTable(database: Database, flows: readonly FlowRecord[]): void {
  const names = Object.keys(columns).map((name) => `"${name}"`)
  database.run(`drop table if exists flow; create table flow(${names.join(', ')})`)
  const insert = database.prepare(`insert into flow values(${names.map(() => '?').join(', ')})`)
  for (const flow of flows) insert.run(Object.values(columns).map((column) => column(flow)))
  insert.free()
}
