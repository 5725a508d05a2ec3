import type { FlowColumns } from '../../model/flow-columns.ts'
import type { Gap } from '../../model/gap.ts'
import type { Loss } from '../../model/capture-status.ts'
import { createCaseFile, type NewCase } from './case-file.ts'
import { CaseWriter, type CaseHost, type RunIdentity } from './case-writer.ts'
import { diskError } from './disk-error.ts'
import { finishCase, type CaseMeta, type FinishedCase } from './finish-case.ts'

/** What a host gives, piece by piece, the last one its end. */
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
export type HostPieces = AsyncIterable<HostPiece>

export interface CaseRequest {
  readonly file: NewCase
  readonly hosts: readonly HostPieces[]
  /** Asked when the last host has ended: when it was is part of it. */
  readonly meta: () => CaseMeta
  readonly signKey: string | undefined
  readonly progress: (flows: number, bytes: number) => void
}

export interface WrittenCase extends FinishedCase {
  readonly flows: number
  readonly hosts: readonly CaseHost[]
}

/** Streams hosts into a case, all at a time; a whole file, or none. @throws ExportError */
export async function writeCase(request: CaseRequest): Promise<WrittenCase> {
  const file = await createCaseFile(request.file)
  const writer = new CaseWriter(file.trees, file.scratch)
  try {
    const taking = {
      rowsMax: file.rowsMax,
      progress: () => request.progress(writer.flows, file.bytes()),
    }
    const hosts = await Promise.all(request.hosts.map((pieces) => takeHost(writer, pieces, taking)))
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

interface Taking {
  readonly rowsMax: number
  readonly progress: () => void
}

async function takeHost(writer: CaseWriter, pieces: HostPieces, taking: Taking): Promise<CaseHost> {
  const host = writer.beginHost()
  let isFull = false
  for await (const piece of pieces) {
    switch (piece.kind) {
      case 'flows': {
        const { run, columns, rows } = piece
        const room = taking.rowsMax - writer.flows
        isFull ||= rows.length > room
        host.addFlows(run, columns, isFull ? rows.subarray(0, Math.max(0, room)) : rows)
        taking.progress()
        break
      }
      case 'gaps':
        host.addGaps(piece.gaps)
        break
      case 'segment':
        host.addSegment(piece.file, piece.bytes, piece.sha256)
        break
      case 'end': {
        const ended = isFull ? cutShort(piece.host, taking.rowsMax) : piece.host
        host.end(ended, piece.lost)
        return ended
      }
    }
  }
  throw new Error('a host without an end')
}

const cutShort = (host: CaseHost, rowsMax: number): CaseHost => ({
  ...host,
  state: 'partial',
  why: `this case has to be built in memory, which ends at ${rowsMax} rows; ${host.why}`,
})
