import type { SqlValue } from 'sql.js'
import type { Loss } from '../../model/capture-status.ts'
import type { FlowColumns } from '../../model/flow-columns.ts'
import type { Gap } from '../../model/gap.ts'
import { IntegerRows } from '../sqlite/integer-record.ts'
import { encodeRecord } from '../sqlite/record.ts'
import type { CaseTrees } from './case-trees.ts'
import { blockRows, FlowBlockDigest, rowNumbers } from './flow-block-digest.ts'
import { FlowIndices } from './flow-indices.ts'
import { FlowRows } from './flow-rows.ts'
import { AddressNames, ProcessNames } from './names.ts'
import { tables, type StreamedTable } from './tables.ts'

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

/** Writes rows of many hosts, in any order of arrival. */
export class CaseWriter {
  readonly #trees: CaseTrees
  readonly #names: { readonly addresses: AddressNames; readonly processes: ProcessNames }
  readonly #flows: IntegerRows
  readonly #indices: FlowIndices
  /** Of `host`, in the order of their ends. */
  readonly hostRows: SqlValue[][] = []
  #hosts = 0

  /** `scratch`: a path at which a file may be made for the moment. */
  constructor(trees: CaseTrees, scratch: string) {
    this.#trees = trees
    this.#names = { addresses: new AddressNames(), processes: new ProcessNames(trees) }
    this.#flows = new IntegerRows(trees.table('flow'), tables.flow.columns.length)
    this.#indices = new FlowIndices(scratch)
  }

  /** Rows of `flow` so far. */
  get flows(): number {
    return this.#trees.table('flow').last
  }

  /** Gives the writer of one host; its row is written by its `end`. */
  beginHost(): HostWriter {
    this.#hosts += 1
    return new HostWriter(this, this.#hosts)
  }

  /** Adds a row, `values` without its number, which it gives. */
  add(table: StreamedTable, values: readonly SqlValue[]): number {
    return this.#trees.table(table).append(encodeRecord([null, ...values]))
  }

  addHost(id: number, host: CaseHost): void {
    this.hostRows.push([
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

  /** @throws ExportError where the case can take no more names */
  rowsOf(columns: FlowColumns, rows: Uint32Array): FlowRows {
    return new FlowRows(columns, rows, this.#names)
  }

  /** Adds a row that was filled into a block of a digest. */
  addFlow({ numbers }: FlowBlockDigest, row: number): void {
    const at = row * rowNumbers
    this.#flows.append(numbers, at)
    this.#indices.add(numbers, at)
  }

  /** Has everything in the file but what goes by SQL. */
  finish(): void {
    this.#names.addresses.finish(this.#trees)
    this.#names.processes.finish()
    this.#indices.finish(this.#trees)
    this.#trees.finish()
  }

  /** Of a case that is given up. */
  close(): void {
    this.#indices.close()
  }
}

/** What one host gives to a case. */
export class HostWriter {
  readonly #case: CaseWriter
  readonly #id: number
  readonly #runs = new Map<string, number>()
  readonly #digest = new FlowBlockDigest()
  #firstOfBlock = 0

  constructor(writer: CaseWriter, id: number) {
    this.#case = writer
    this.#id = id
  }

  /** These rows of a block. @throws ExportError where the case can take no more names */
  addFlows(identity: RunIdentity, columns: FlowColumns, rows: Uint32Array): void {
    const run = this.#runOf(identity)
    const flows = this.#case.rowsOf(columns, rows)
    for (let from = 0; from < rows.length;) {
      const before = this.#digest.rows
      const to = Math.min(rows.length, from + blockRows - before)
      const id = this.#case.flows + 1
      if (before === 0) this.#firstOfBlock = id
      flows.fill(this.#digest, { from, to, id, run })
      this.#digest.addFilled(to - from)
      for (let row = before; row < this.#digest.rows; row++) this.#case.addFlow(this.#digest, row)
      if (this.#digest.isFull) this.#endBlock()
      from = to
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
    const last = this.#digest.numbers[(this.#digest.rows - 1) * rowNumbers]!
    this.#case.add('digest', [this.#id, this.#firstOfBlock, last, this.#digest.take()])
  }
}
