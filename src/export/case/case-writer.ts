import type { Database, SqlValue, Statement } from 'sql.js'
import { actorOf, directions, endReasons, tcpStates, type FlowRecord } from '../../model/flow.ts'
import type { Loss } from '../../model/capture-status.ts'
import type { Gap } from '../../model/gap.ts'
import { storedTimes } from '../../model/stored-times.ts'
import { FlowBlockDigest } from './flow-block-digest.ts'
import { AddressNames, ProcessNames } from './names.ts'
import { insertInto } from './table-spec.ts'
import { tables, type TableName } from './tables.ts'

/** In which run of which boot records were written. */
export interface RunIdentity {
  readonly bootId: string
  readonly stream: number
}

/** The row of a host, once it has said all that it will. */
export interface CaseHost {
  readonly name: string
  readonly machineId: string
  readonly state: 'whole' | 'partial' | 'missing'
  readonly why: string
  readonly fromMs: number | null
  readonly toMs: number | null
  readonly clockOffsetMs: number | null
  readonly version: string
  readonly source: string
  readonly blind: readonly string[]
}

/** Writes rows of many hosts, in any order of arrival, into a database that has the tables. */
export class CaseWriter {
  readonly #addresses: AddressNames
  readonly #processes: ProcessNames
  readonly #inserts = new Map<TableName, Statement>()
  readonly #lastIds = new Map<TableName, number>()
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
    this.#addresses = new AddressNames(database)
    this.#processes = new ProcessNames(database)
  }

  /** Rows of `flow` so far, those of an earlier writer included. */
  get flows(): number {
    return this.#lastId('flow')
  }

  /** Gives the writer of one host; its row is written by its `end`. */
  beginHost(): HostWriter {
    return new HostWriter(this, this.#nextId('host'))
  }

  /** Adds a row and gives its id. */
  add(table: TableName, values: readonly SqlValue[]): number {
    const id = this.#nextId(table)
    this.#insert(table, [id, ...values])
    return id
  }

  addHost(id: number, host: CaseHost): void {
    this.#insert('host', [
      id,
      host.name,
      host.machineId,
      host.state,
      host.why,
      host.fromMs,
      host.toMs,
      host.clockOffsetMs,
      host.version,
      host.source,
      host.blind.join('\n'),
    ])
  }

  addFlow(run: number, flow: FlowRecord, digest: FlowBlockDigest): number {
    const proc = this.#processes.of(actorOf(flow))
    const openedBy = this.#processes.of(flow.owner)
    const id = this.#nextId('flow')
    const row = [
      id,
      run,
      flow.id,
      storedTimes.start(flow),
      storedTimes.end(flow),
      flow.protocol,
      directions.indexOf(flow.direction),
      this.#addresses.idOf(flow.localAddress),
      flow.localPort,
      this.#addresses.idOf(flow.remoteAddress),
      flow.remotePort,
      proc.id,
      openedBy.id,
      flow.netns,
      flow.txBytes,
      flow.rxBytes,
      flow.txPackets,
      flow.rxPackets,
      flow.rttUs,
      flow.retransmits,
      tcpStates.indexOf(flow.state),
      endReasons.indexOf(flow.endReason),
      flow.flags,
    ]
    this.#insert('flow', row)
    digest.add(row, {
      localKey: flow.localAddress,
      remoteKey: flow.remoteAddress,
      procPrint: proc.print,
      openedByPrint: openedBy.print,
    })
    return id
  }

  /** Frees what SQLite holds; no row can be added any more. */
  close(): void {
    for (const statement of this.#inserts.values()) statement.free()
    this.#addresses.close()
    this.#processes.close()
  }

  #insert(table: TableName, values: SqlValue[]): void {
    let statement = this.#inserts.get(table)
    if (!statement) {
      statement = this.#database.prepare(insertInto(table, tables[table]))
      this.#inserts.set(table, statement)
    }
    statement.run(values)
  }

  #nextId(table: TableName): number {
    const next = this.#lastId(table) + 1
    this.#lastIds.set(table, next)
    return next
  }

  #lastId(table: TableName): number {
    const known = this.#lastIds.get(table)
    if (known !== undefined) return known
    const [result] = this.#database.exec(`SELECT coalesce(max(id), 0) FROM ${table}`)
    const last = Number(result?.values[0]?.[0])
    this.#lastIds.set(table, last)
    return last
  }
}

/** What one host gives to a case. */
export class HostWriter {
  readonly #case: CaseWriter
  readonly #id: number
  readonly #runs = new Map<string, number>()
  readonly #digest = new FlowBlockDigest()
  #firstOfBlock = 0
  #last = 0

  constructor(writer: CaseWriter, id: number) {
    this.#case = writer
    this.#id = id
  }

  addFlows(identity: RunIdentity, flows: readonly FlowRecord[]): void {
    const run = this.#runOf(identity)
    for (const flow of flows) {
      this.#last = this.#case.addFlow(run, flow, this.#digest)
      if (this.#digest.rows === 1) this.#firstOfBlock = this.#last
      if (this.#digest.isFull) this.#endBlock()
    }
  }

  addGaps(gaps: readonly Gap[]): void {
    for (const { from, to, reason, count } of gaps)
      this.#case.add('gap', [this.#id, Math.floor(from), Math.floor(to), reason, count])
  }

  addSegment(file: string, bytes: number, sha256: string): void {
    this.#case.add('segment', [this.#id, file, bytes, sha256])
  }

  /** The host will add nothing more. */
  end(host: CaseHost, lost: readonly Loss[]): void {
    if (this.#digest.rows > 0) this.#endBlock()
    for (const { reason, count, last } of lost)
      this.#case.add('lost', [this.#id, reason, count, Math.floor(last)])
    this.#case.addHost(this.#id, host)
  }

  #runOf({ bootId, stream }: RunIdentity): number {
    const key = `${bootId} ${stream}`
    let run = this.#runs.get(key)
    if (run === undefined) {
      run = this.#case.add('run', [this.#id, bootId, stream])
      this.#runs.set(key, run)
    }
    return run
  }

  #endBlock(): void {
    this.#case.add('digest', [this.#id, this.#firstOfBlock, this.#last, this.#digest.take()])
  }
}
