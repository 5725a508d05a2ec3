import type { FlowColumns } from '../../model/flow-columns.ts'
import { runKernel } from '../../model/kernels/run-kernel.ts'
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
    const { scratch } = columns.space
    const rows = scratch.words(among.length)
    const asked = {
      protocols: columns.column('protocol'),
      having: scratch.having(protocolHasPorts),
      ports: scratch.having(ports),
      first: columns.column(name),
    }
    const taken =
      other === undefined
        ? takeAtOne(rows, among, asked)
        : takeAtEither(rows, among, { ...asked, second: columns.column(other) })
    return kept(among, rows, taken)
  }
}

interface OneEnd {
  readonly protocols: Uint8Array
  /** By protocol: 1 where it has ports. */
  readonly having: Uint8Array
  readonly ports: Uint8Array
  readonly first: Uint16Array
}

interface BothEnds extends OneEnd {
  readonly second: Uint16Array
}

function takeAtOne(rows: Uint32Array, among: Selection, asked: OneEnd): number {
  const { protocols, having, ports, first } = asked
  const args = [protocols, having, ports, first] as const
  const taken = runKernel('takeAtOne', rows, among, among.length, ...args)
  if (taken !== undefined) return taken
  let count = 0
  for (let k = 0; k < among.length; k++) {
    const row = among[k]!
    rows[count] = row
    count += having[protocols[row]!]! & ports[first[row]!]!
  }
  return count
}

function takeAtEither(rows: Uint32Array, among: Selection, asked: BothEnds): number {
  const { protocols, having, ports, first, second } = asked
  const args = [protocols, having, ports, first, second] as const
  const taken = runKernel('takeAtEither', rows, among, among.length, ...args)
  if (taken !== undefined) return taken
  let count = 0
  for (let k = 0; k < among.length; k++) {
    const row = among[k]!
    rows[count] = row
    count += having[protocols[row]!]! & (ports[first[row]!]! | ports[second[row]!]!)
  }
  return count
}
