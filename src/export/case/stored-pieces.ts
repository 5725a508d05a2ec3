import type { Database, SqlValue } from 'sql.js'
import { bytesInMemory } from '../../model/column-block.ts'
import { encodeFlows } from '../../model/flow-block.ts'
import { openFlows, type FlowColumns } from '../../model/flow-columns.ts'
import { directions, endReasons, tcpStates, type FlowRecord } from '../../model/flow.ts'
import { kernelOwner, type Owner } from '../../model/owner.ts'
import { hostTime } from '../../model/quantity.ts'
import type { TimeRange } from '../../query/question.ts'
import { allRows } from '../../query/run/selection.ts'
import { ExportError } from '../export-error.ts'
import { rows } from '../sqlite/rows.ts'
import type { CaseHost, RunIdentity } from './case-writer.ts'
import type { CaseMeta } from './finish-case.ts'
import type { CasePiece } from './write-case.ts'

/** Rows of one piece: as many as a block of the log may have half of. */
const rowsAPiece = 16_384

/**
 * What these hosts of a case gave to it, to be written into another. @throws ExportError where the file cannot be read
 */
export function* storedPieces(
  database: Database,
  hosts: ReadonlySet<number>,
): Generator<CasePiece> {
  const names = new Map<number, string>()
  for (const [id, name] of rows(database, 'SELECT id, name FROM host ORDER BY id'))
    if (hosts.has(Number(id))) names.set(Number(id), String(name))
  for (const { hostName, run, columns } of storedFlows(database, names))
    yield { hostName, kind: 'flows', run, columns, rows: allRows(columns.rows) }
  for (const [id, hostName] of names) yield* otherPieces(database, id, hostName)
}

/** Whole, as it was put in. */
export function storedMeta(database: Database): CaseMeta {
  const entries = [...rows(database, 'SELECT key, value FROM meta')]
  return Object.fromEntries(entries.map(([key, value]) => [String(key), String(value)]))
}

const flowSql = `SELECT r.host, r.boot_id, r.stream, f.flow_id, f.start_ms, f.end_ms, f.protocol, f.direction, l.key,
  f.local_port, m.key, f.remote_port, f.proc, f.opened_by, f.netns, f.tx_bytes, f.rx_bytes, f.tx_packets, f.rx_packets,
  f.rtt_us, f.retransmits, f.state, f.end_reason, f.flags
  FROM flow f JOIN run r ON r.id = f.run JOIN addr l ON l.id = f.local_addr JOIN addr m ON m.id = f.remote_addr`

/** Records of one run of one host. */
export interface StoredFlows {
  readonly hostName: string
  readonly run: RunIdentity
  readonly columns: FlowColumns
}

/**
 * Records of these hosts, those that ended in the range where one is given. @throws ExportError where the file cannot be
 * read, or a record of it is none
 */
export function* storedFlows(
  database: Database,
  names: ReadonlyMap<number, string>,
  range?: TimeRange,
): Generator<StoredFlows> {
  const within = range ? ` WHERE f.end_ms >= ${range.from} AND f.end_ms < ${range.to}` : ''
  const owners = ownersOf(database)
  let hostName: string | undefined
  let run: RunIdentity = { bootId: '', stream: 0 }
  let flows: FlowRecord[] = []
  for (const row of rows(database, `${flowSql}${within} ORDER BY f.id`)) {
    const [host, bootId, stream] = [Number(row[0]), String(row[1]), Number(row[2])]
    const name = names.get(host)
    const isSame = name === hostName && bootId === run.bootId && stream === run.stream
    if (!isSame || flows.length === rowsAPiece) {
      if (hostName !== undefined && flows.length > 0) yield flowPiece(hostName, run, flows)
      flows = []
      hostName = name
      run = { bootId, stream }
    }
    if (name !== undefined) flows.push(recordOf(row, owners))
  }
  if (hostName !== undefined && flows.length > 0) yield flowPiece(hostName, run, flows)
}

function flowPiece(hostName: string, run: RunIdentity, flows: readonly FlowRecord[]): StoredFlows {
  const opened = openFlows(bytesInMemory(encodeFlows(flows)))
  if (!opened.ok) throw new Error(`a block just made is ${opened.damage}`)
  return { hostName, run, columns: opened.columns }
}

function recordOf(row: readonly SqlValue[], owners: ReadonlyMap<number, Owner>): FlowRecord {
  const number = (at: number) => {
    const value = row[at]
    return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : refuse(row)
  }
  const address = (at: number) => {
    const value = row[at]
    return value instanceof Uint8Array && value.length === 16 ? value : refuse(row)
  }
  const owner = owners.get(number(13)) ?? noOwner
  return {
    id: number(3),
    start: hostTime(number(4)),
    end: hostTime(number(5)),
    protocol: number(6),
    direction: directions[number(7)] ?? 'unknown',
    localAddress: address(8),
    localPort: number(9),
    remoteAddress: address(10),
    remotePort: number(11),
    owner,
    actor: row[12] === row[13] ? undefined : owners.get(number(12)),
    netns: number(14),
    txBytes: number(15),
    rxBytes: number(16),
    txPackets: number(17),
    rxPackets: number(18),
    rttUs: number(19),
    retransmits: number(20),
    state: tcpStates[number(21)] ?? 'none',
    endReason: endReasons[number(22)] ?? 'open',
    flags: number(23),
  }
}

/** Whoever altered a case may have put anything into it. */
function refuse(row: readonly SqlValue[]): never {
  throw new ExportError('altered', `flow ${Number(row[3])} of the case is no record of a flow`, {
    next: 'See `e2etop verify`, or copy the file again from where it was written.',
  })
}

const noOwner: Owner = { kind: 'unknown', why: 'not in the case' }

function ownersOf(database: Database): ReadonlyMap<number, Owner> {
  const owners = new Map<number, Owner>()
  for (const [id, ...columns] of rows(database, 'SELECT * FROM proc'))
    owners.set(Number(id), ownerOf(columns))
  return owners
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

function* otherPieces(database: Database, id: number, hostName: string): Generator<CasePiece> {
  const of = (columns: string, table: string) =>
    rows(database, `SELECT ${columns} FROM ${table} WHERE host = ${id} ORDER BY id`)
  for (const [file, bytes, sha256] of of('file, bytes, sha256', 'segment'))
    yield {
      hostName,
      kind: 'segment',
      file: String(file),
      bytes: Number(bytes),
      sha256: String(sha256),
    }
  const gaps = [...of('from_ms, to_ms, reason, count', 'gap')].map(([from, to, reason, count]) => ({
    from: hostTime(Number(from)),
    to: hostTime(Number(to)),
    reason: String(reason),
    count: Number(count),
  }))
  if (gaps.length > 0) yield { hostName, kind: 'gaps', gaps }
  const lost = [...of('reason, count, last_ms', 'lost')].map(([reason, count, last]) => ({
    reason: String(reason),
    count: Number(count),
    last: hostTime(Number(last)),
  }))
  const [host] = [...rows(database, `SELECT * FROM host WHERE id = ${id}`)]
  yield { hostName, kind: 'end', host: hostOf(host!), lost }
}

function hostOf(row: readonly SqlValue[]): CaseHost {
  const [, name, machineId, state, why, fromMs, toMs, clockOffsetMs, version, source, blind] = row
  const time = (value: SqlValue | undefined) => (typeof value === 'number' ? value : null)
  return {
    name: String(name),
    machineId: String(machineId),
    state: state as CaseHost['state'],
    why: String(why),
    fromMs: time(fromMs),
    toMs: time(toMs),
    clockOffsetMs: time(clockOffsetMs),
    version: String(version),
    source: String(source),
    blind: blind === '' ? [] : String(blind).split('\n'),
  }
}
