import type { FlowColumns } from '../../model/flow-columns.ts'
import { protocolsWithPorts } from '../filter/flow-predicate.ts'
import { kept, type Selection } from './selection.ts'
import type { PortColumn } from './flow-probe.ts'

const protocolHasPorts = Uint8Array.from({ length: 256 }, (_, protocol) =>
  Number(protocolsWithPorts.has(protocol)),
)

/**
 * The rows of which a port is one of those with a 1 in `ports`: at one end or, without another pass over the rows, at
 * either. Without a branch, which would be guessed wrongly every other time. @throws DamagedColumn
 */
export function byPorts(
  ports: Uint8Array,
  [name, other]: readonly [PortColumn, PortColumn?],
): (columns: FlowColumns, among: Selection) => Selection {
  return (columns, among) => {
    const protocols = columns.column('protocol')
    const first = columns.column(name)
    const rows = new Uint32Array(among.length)
    const taken =
      other === undefined
        ? takeAtOne(rows, among, protocols, { ports, first })
        : takeAtEither(rows, among, protocols, { ports, first, second: columns.column(other) })
    return kept(among, rows, taken)
  }
}

interface OneEnd {
  readonly ports: Uint8Array
  readonly first: Uint16Array
}

function takeAtOne(
  rows: Uint32Array,
  among: Selection,
  protocols: Uint8Array,
  { ports, first }: OneEnd,
): number {
  let count = 0
  for (let k = 0; k < among.length; k++) {
    const row = among[k]!
    rows[count] = row
    count += protocolHasPorts[protocols[row]!]! & ports[first[row]!]!
  }
  return count
}

function takeAtEither(
  rows: Uint32Array,
  among: Selection,
  protocols: Uint8Array,
  { ports, first, second }: OneEnd & { readonly second: Uint16Array },
): number {
  let count = 0
  for (let k = 0; k < among.length; k++) {
    const row = among[k]!
    rows[count] = row
    count += protocolHasPorts[protocols[row]!]! & (ports[first[row]!]! | ports[second[row]!]!)
  }
  return count
}
