import type { FlowColumns } from '../../model/flow-columns.ts'
import type { Gap } from '../../model/gap.ts'
import type { Loss } from '../../model/capture-status.ts'
import { createCaseFile, type NewCase } from './case-file.ts'
import { CaseWriter, type CaseHost, type HostWriter, type RunIdentity } from './case-writer.ts'
import { diskError } from './disk-error.ts'
import { finishCase, type CaseMeta, type FinishedCase } from './finish-case.ts'

/** What hosts give, piece by piece, in any order; the last one of each is its end. */
export type CasePiece = { readonly hostName: string } & HostPiece
export type HostPiece =
  /** These rows of a block. */
  | {
      readonly kind: 'flows'
      readonly run: RunIdentity
      readonly columns: FlowColumns
      readonly rows: Uint32Array
    }
  | { readonly kind: 'gaps'; readonly gaps: readonly Gap[] }
  | {
      readonly kind: 'segment'
      readonly file: string
      readonly bytes: number
      readonly sha256: string
    }
  | { readonly kind: 'end'; readonly host: CaseHost; readonly lost: readonly Loss[] }

/** A host that gives out is one whose end says so; where the pieces throw, there is no case. */
export type CasePieces = AsyncIterable<CasePiece> | Iterable<CasePiece>

export interface CaseRequest {
  readonly file: NewCase
  readonly pieces: CasePieces
  /** Asked when the last host has ended: when it was is part of it. */
  readonly meta: () => CaseMeta
  readonly signKey: string | undefined
  readonly progress: (flows: number, bytes: number) => void
}

export interface WrittenCase extends FinishedCase {
  readonly flows: number
  readonly hosts: readonly CaseHost[]
}

/** Streams hosts into a case; a whole file, or none. @throws ExportError, and what the pieces throw */
export async function writeCase(request: CaseRequest): Promise<WrittenCase> {
  const file = await createCaseFile(request.file)
  const writer = new CaseWriter(file.trees, file.scratch)
  try {
    const taking = new Taking(writer, file.rowsMax)
    for await (const piece of request.pieces) {
      taking.take(piece)
      request.progress(writer.flows, file.bytes())
    }
    const hosts = taking.hosts()
    writer.finish()
    const rows = { meta: request.meta(), hosts: writer.hostRows }
    const finished = finishCase(file, rows, request.signKey)
    return { ...finished, flows: writer.flows, hosts }
  } catch (error) {
    file.discard()
    throw diskError(request.file.path, error)
  } finally {
    writer.close()
  }
}

/** Hosts that are being written. */
class Taking {
  readonly #writer: CaseWriter
  readonly #rowsMax: number
  readonly #open = new Map<string, HostWriter>()
  /** Of whom rows were left out. */
  readonly #cut = new Set<string>()
  readonly #ended: CaseHost[] = []

  constructor(writer: CaseWriter, rowsMax: number) {
    this.#writer = writer
    this.#rowsMax = rowsMax
  }

  take(piece: CasePiece): void {
    const { hostName } = piece
    const host = this.#open.get(hostName) ?? this.#writer.beginHost()
    this.#open.set(hostName, host)
    switch (piece.kind) {
      case 'flows':
        return this.#addFlows(host, piece)
      case 'gaps':
        return host.addGaps(piece.gaps)
      case 'segment':
        return host.addSegment(piece.file, piece.bytes, piece.sha256)
      case 'end': {
        const ended = this.#cut.has(hostName) ? cutShort(piece.host, this.#rowsMax) : piece.host
        this.#open.delete(hostName)
        this.#ended.push(ended)
        return host.end(ended, piece.lost)
      }
    }
  }

  /** When the last piece has come. */
  hosts(): readonly CaseHost[] {
    const [endless] = this.#open.keys()
    if (endless !== undefined) throw new Error(`${endless} has no end`)
    return this.#ended
  }

  #addFlows(host: HostWriter, piece: CasePiece & { readonly kind: 'flows' }): void {
    const { hostName, run, columns, rows } = piece
    const room = this.#rowsMax - this.#writer.flows
    if (rows.length > room) this.#cut.add(hostName)
    host.addFlows(run, columns, rows.length > room ? rows.subarray(0, room) : rows)
  }
}

const cutShort = (host: CaseHost, rowsMax: number): CaseHost => ({
  ...host,
  state: 'partial',
  why: [`this case has to be built in memory, which ends at ${rowsMax} rows`, host.why]
    .filter((line) => line !== '')
    .join('\n'),
})
