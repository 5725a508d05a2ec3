import type { Database, SqlValue } from 'sql.js'
import { addressBytes } from '../../model/address.ts'
import { kernelOwner, type Owner } from '../../model/owner.ts'
import { hostTime } from '../../model/quantity.ts'
import type { RunIdentity } from '../case/case-writer.ts'
import type { ReadCase } from '../case/read-case.ts'
import { noTree } from '../sqlite/page-reader.ts'
import { rows } from '../sqlite/rows.ts'
import { addressKeys } from './address-keys.ts'
import { Numbering } from './numbering.ts'

/** One run of a recorder on one host. */
export interface CaseRun extends RunIdentity {
  /** `run.id` */
  readonly id: number
  /** `host.id` */
  readonly host: number
  readonly hostName: string
}

/** What the flows of a case name by number: each number, less one, is a place here. */
export interface CaseNames {
  /** 16 bytes each. */
  readonly addresses: Uint8Array
  readonly owners: readonly Owner[]
  readonly runs: readonly CaseRun[]
  readonly addressNumbers: Numbering
  readonly ownerNumbers: Numbering
}

/** @throws ExportError where a table is not numbered from 1 on, as it is written */
export function caseNames(file: ReadCase): CaseNames {
  const addresses = addressKeys(file)
  const owners = numbered(file.database, 'SELECT * FROM proc ORDER BY id').map(ownerOf)
  return {
    addresses,
    owners,
    runs: numbered(file.database, runSql).map(runOf),
    addressNumbers: new Numbering(addresses.length / addressBytes),
    ownerNumbers: new Numbering(owners.length),
  }
}

const runSql =
  'SELECT r.id, r.host, h.name, r.boot_id, r.stream FROM run r JOIN host h ON h.id = r.host ORDER BY r.id'

const runOf = ([host, hostName, bootId, stream]: readonly SqlValue[], before: number): CaseRun => ({
  id: before + 1,
  host: Number(host),
  hostName: String(hostName),
  bootId: String(bootId),
  stream: Number(stream),
})

/** Rows without their numbers. */
function numbered(database: Database, sql: string): (readonly SqlValue[])[] {
  const found: (readonly SqlValue[])[] = []
  for (const [id, ...columns] of rows(database, sql))
    if (found.push(columns) !== id) throw noTree(`row ${found.length} of a table is missing`)
  return found
}

/** The other way of `ownerColumns`. */
function ownerOf(columns: readonly SqlValue[]): Owner {
  const [kind, pid, startMs, parentPid, process, exe, uid, user, cgroup, container, why] = columns
  switch (kind) {
    case 'process':
      return {
        kind,
        pid: Number(pid),
        start: hostTime(Number(startMs ?? 0)),
        parentPid: Number(parentPid),
        process: String(process),
        exe: String(exe),
        uid: Number(uid),
        user: String(user),
        cgroup: String(cgroup),
        container: String(container),
      }
    case 'kernel':
      return kernelOwner
    default: {
      const account = uid === null ? {} : { account: { uid: Number(uid), user: String(user) } }
      return { kind: 'unknown', why: String(why), ...account }
    }
  }
}
