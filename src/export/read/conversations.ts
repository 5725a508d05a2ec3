import { flowFlag } from '../../model/flow.ts'
import type { FlowColumns } from '../../model/flow-columns.ts'
import type { GroupValue } from '../../query/group-name.ts'
import { fieldKey, type GroupKey } from '../../query/question.ts'
import { wholeRows } from '../../query/run/batch.ts'
import { ByGroup } from '../../query/run/by-group.ts'
import { GroupKeys } from '../../query/run/group-keys.ts'
import { allRows, select } from '../../query/run/selection.ts'
import type { ReadCase } from '../case/read-case.ts'
import { caseColumns } from './case-columns.ts'
import { FlowReader } from './flow-reader.ts'
import { rowsByRun } from './rows-by-run.ts'

/** Who talks to whom. */
export interface Conversation {
  readonly host: string
  readonly user: string
  readonly process: string
  readonly remoteIp: string
  /** The port that names the service; 0 where there is none. */
  readonly port: number
}

const keys: readonly GroupKey[] = [
  fieldKey('user'),
  fieldKey('process'),
  fieldKey('owner'),
  fieldKey('remote_ip'),
  { kind: 'service' },
]

/** Bytes of all conversations of a case, both ways; tunnels by their inner flows. @throws ExportError */
export function* conversations(
  file: ReadCase,
): Generator<Conversation & { readonly bytes: number }> {
  const reader = new FlowReader(file)
  const { names } = reader
  const hosts = new Map<string, HostConversations>()
  for (let block = 0; block < reader.blocks; block++) {
    const table = reader.read(block)
    for (const [run, rows] of rowsByRun(table, allRows(table.rows))) {
      const { hostName } = names.runs[run - 1]!
      const known = hosts.get(hostName) ?? new HostConversations()
      hosts.set(hostName, known)
      known.add(caseColumns({ table, rows, names }))
    }
  }
  for (const [host, ofHost] of hosts)
    for (const { key, bytes } of ofHost.all()) yield { host, ...conversationOf(key), bytes }
}

class HostConversations {
  readonly #keys = new GroupKeys({ by: keys }, '')
  readonly #bytes = new ByGroup(0)

  add(columns: FlowColumns): void {
    const flags = columns.column('flags')
    const all = allRows(columns.rows)
    const rows = select(all, (row) => (flags[row]! & flowFlag.carrier) === 0)
    if (rows.length === 0) return
    const batch = wholeRows(columns, rows)
    const groups = this.#keys.groupsOf(this.#keys.valuesOf(batch), rows.length)
    const sums = this.#bytes.sized(this.#keys.end)
    const tx = columns.column('txBytes')
    const rx = columns.column('rxBytes')
    for (let k = 0; k < groups.length; k++) sums[groups[k]!]! += tx[rows[k]!]! + rx[rows[k]!]!
  }

  *all(): Generator<{ readonly key: readonly GroupValue[]; readonly bytes: number }> {
    const groups = this.#keys.groups()
    const { keys: names } = this.#keys.namesOf(groups)
    const sums = this.#bytes.sized(this.#keys.end)
    for (const [i, group] of groups.entries()) yield { key: names.at(i), bytes: sums[group]! }
  }
}

/** Owners that are no process are named by their kind, as on every screen. */
function conversationOf([user, process, owner, remoteIp, port]: readonly GroupValue[]) {
  const kind = `<${owner}>`
  return {
    user: user === null ? kind : String(user),
    process: process === null ? kind : String(process),
    remoteIp: String(remoteIp),
    port: Number(port ?? 0),
  }
}
