import { addressBytes } from '../../model/address.ts'
import { wordsOf } from '../../model/address-table.ts'
import type { FlowColumnName, FlowColumns } from '../../model/flow-columns.ts'
import type { End, Filter, Term } from '../filter/filter.ts'
import { flowPredicate, portsPassing } from '../filter/flow-predicate.ts'
import { specOf } from '../filter/words.ts'
import { byPorts } from './by-ports.ts'
import { NetworkWords } from './network-words.ts'
import {
  flowProbe,
  isSmall,
  loader,
  loadSmall,
  portColumns,
  type PortColumn,
  type SmallColumn,
} from './flow-probe.ts'
import { mark, marked, select, selectByTable, type Selection } from './selection.ts'

/** The rows among those given that a filter matches. @throws DamagedColumn */
export interface ColumnFilter {
  readonly matching: (columns: FlowColumns, among: Selection) => Selection
  /** How dear its columns are: of two conditions the dearer is asked of what the other leaves. */
  readonly cost: number
}

/**
 * A filter made ready to be asked of blocks of columns. What a condition means is said by `flowPredicate` alone; here it
 * is asked once a different value (owner, address, port and protocol) instead of once a row.
 */
export function columnFilter(filter: Filter): ColumnFilter {
  switch (filter.kind) {
    case 'and':
      return allOf(filter.parts.map(columnFilter))
    case 'or':
      return anyOf(filter.parts.map(columnFilter))
    case 'not':
      return noneOf(columnFilter(filter.part))
    default: {
      const plain = withoutEnds(filter)
      return plain ? columnFilter(plain) : termFilter(filter)
    }
  }
}

function allOf(parts: readonly ColumnFilter[]): ColumnFilter {
  const ordered = parts.toSorted((a, b) => a.cost - b.cost)
  return {
    cost: Math.max(...parts.map(({ cost }) => cost)),
    matching: (columns, among) =>
      ordered.reduce(
        (left, { matching }) => (left.length === 0 ? left : matching(columns, left)),
        among,
      ),
  }
}

function anyOf(parts: readonly ColumnFilter[]): ColumnFilter {
  const ordered = parts.toSorted((a, b) => a.cost - b.cost)
  return {
    cost: Math.max(...parts.map(({ cost }) => cost)),
    matching(columns, among) {
      const { scratch } = columns.space
      let mask: Uint8Array | undefined
      let left = among
      for (const { matching } of ordered) {
        if (mask) left = marked(left, mask, 0, scratch)
        const found = matching(columns, left)
        // Of most conditions on an address no row of the block is left to mark.
        if (found.length === 0) continue
        mask ??= scratch.bytes(columns.rows).fill(0)
        mark(mask, found)
      }
      return mask ? marked(among, mask, 1, scratch) : among.subarray(0, 0)
    },
  }
}

const noneOf = ({ matching, cost }: ColumnFilter): ColumnFilter => ({
  cost,
  matching(columns, among) {
    const found = matching(columns, among)
    if (found.length === 0) return among
    const { scratch } = columns.space
    const mask = scratch.bytes(columns.rows).fill(0)
    mark(mask, found)
    return marked(among, mask, 0, scratch)
  },
})

/** A condition on `either`, `src` or `dst` as conditions on the two ends; undefined where it is asked as it is. */
function withoutEnds(term: Term): Filter | undefined {
  if (term.kind !== 'address' && term.kind !== 'port') return undefined
  const at = (end: 'local' | 'remote'): Term => ({ ...term, end })
  const opened = (word: 'outbound' | 'inbound', end: 'local' | 'remote'): Filter => ({
    kind: 'and',
    parts: [{ kind: 'flag', word }, at(end)],
  })
  switch (term.end) {
    case 'local':
    case 'remote':
      return undefined
    case 'either':
      return term.kind === 'port' ? undefined : { kind: 'or', parts: [at('local'), at('remote')] }
    case 'src':
      return { kind: 'or', parts: [opened('outbound', 'local'), opened('inbound', 'remote')] }
    case 'dst':
      return { kind: 'or', parts: [opened('outbound', 'remote'), opened('inbound', 'local')] }
  }
}

function termFilter(term: Term): ColumnFilter {
  if (term.kind === 'address') return { cost: 3, matching: byAddress(term) }
  if (term.kind === 'port')
    return { cost: 1, matching: byPorts(portsPassing(term.test), portColumnsOf(term.end)) }
  const reads = readsOf(term)
  const [first] = reads
  if (first === 'owner') return { cost: 2, matching: byActor(term) }
  if (first !== undefined && isSmall(first) && reads.length === 1)
    return { cost: 0, matching: bySmall(term, first) }
  if (first === 'remoteAddress' && reads.length === 1)
    return { cost: 3, matching: byRemoteAddress(term) }
  return { cost: 2, matching: byRow(term, reads) }
}

/** Of an end that `withoutEnds` leaves. */
const portColumnsOf = (end: End): readonly [PortColumn, PortColumn?] =>
  end === 'either' ? portColumns : [end === 'local' ? 'localPort' : 'remotePort']

function readsOf(term: Exclude<Term, { kind: 'address' | 'port' }>): readonly FlowColumnName[] {
  const spec = specOf(term.word)
  return 'reads' in spec ? spec.reads : []
}

type Matching = ColumnFilter['matching']

function byActor(term: Term): Matching {
  const matches = flowPredicate(term)
  const probe = flowProbe()
  return (columns, among) => {
    const mask = new Uint8Array(columns.owners.rows)
    for (let owner = 0; owner < mask.length; owner++) {
      probe.owner = columns.owners.view(owner)
      if (matches(probe)) mask[owner] = 1
    }
    if (!mask.includes(1)) return among.subarray(0, 0)
    const { scratch } = columns.space
    return selectByTable(among, columns.actors(), scratch.having(mask), scratch)
  }
}

function byAddress(term: Term & { kind: 'address' }): Matching {
  const name = term.end === 'local' ? 'localAddress' : 'remoteAddress'
  const networks = new NetworkWords(term.networks)
  return (columns, among) => {
    const mask = networks.matching(wordsOf(columns.distinct(name)))
    if (!mask) return among.subarray(0, 0)
    const { scratch } = columns.space
    return selectByTable(among, columns.column(name).ids, scratch.having(mask), scratch)
  }
}

/** Of the family of a remote address, or of what is looked up of it: asked once a different one. */
function byRemoteAddress(term: Term): Matching {
  const matches = flowPredicate(term)
  const probe = flowProbe()
  return (columns, among) => {
    const { distinct, ids } = columns.column('remoteAddress')
    const mask = new Uint8Array(distinct.length / addressBytes)
    for (let id = 0; id < mask.length; id++) {
      probe.remoteAddress = distinct.subarray(id * addressBytes, (id + 1) * addressBytes)
      mask[id] = Number(matches(probe))
    }
    const { scratch } = columns.space
    return selectByTable(among, ids, scratch.having(mask), scratch)
  }
}

function bySmall(term: Term, name: SmallColumn): Matching {
  const matches = flowPredicate(term)
  const probe = flowProbe()
  const table = Uint8Array.from({ length: 256 }, (_, value) => {
    loadSmall(probe, name, value)
    return matches(probe) ? 1 : 0
  })
  return (columns, among) => {
    const values = columns.column(name)
    const { scratch } = columns.space
    return selectByTable(among, values, scratch.having(table), scratch)
  }
}

function byRow(term: Term, reads: readonly FlowColumnName[]): Matching {
  const matches = flowPredicate(term)
  const probe = flowProbe()
  return (columns, among) => {
    const loaders = reads.map((name) => loader(probe, name, columns))
    return select(among, (row) => {
      for (const load of loaders) load(row)
      return matches(probe)
    })
  }
}
