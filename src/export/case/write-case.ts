import type { FlowRecord } from '../../model/flow.ts'
import type { Gap } from '../../model/gap.ts'
import type { Loss } from '../../model/capture-status.ts'
import { createCaseFile, type NewCase } from './case-file.ts'
import { CaseWriter, type CaseHost, type RunIdentity } from './case-writer.ts'
import { diskError } from './disk-error.ts'
import { finishCase, type CaseMeta } from './finish-case.ts'

/** What a host gives, piece by piece, the last one its end. */
export type HostPiece =
  | { readonly kind: 'flows'; readonly run: RunIdentity; readonly flows: readonly FlowRecord[] }
  | { readonly kind: 'gaps'; readonly gaps: readonly Gap[] }
  | {
      readonly kind: 'segment'
      readonly file: string
      readonly bytes: number
      readonly sha256: string
    }
  | { readonly kind: 'end'; readonly host: CaseHost; readonly lost: readonly Loss[] }

/** Never fails: a host that gives out is one whose end says so. */
export type HostPieces = AsyncIterable<HostPiece>

export interface CaseRequest {
  readonly file: NewCase
  readonly hosts: readonly HostPieces[]
  /** Asked when the last host has ended: when it was is part of it. */
  readonly meta: () => CaseMeta
  readonly signKey: string | undefined
  readonly progress: (flows: number) => void
}

export interface WrittenCase {
  readonly flows: number
  readonly seal: string
  readonly hosts: readonly CaseHost[]
}

/** Streams hosts into a case, all at a time; a whole file, or none. @throws ExportError */
export async function writeCase(request: CaseRequest): Promise<WrittenCase> {
  const file = await createCaseFile(request.file)
  try {
    const writer = new CaseWriter(file.database)
    const hosts = await Promise.all(
      request.hosts.map((pieces) =>
        takeHost(writer, pieces, { ...request, rowsMax: file.rowsMax }),
      ),
    )
    writer.close()
    const seal = finishCase(file, request.meta(), request.signKey)
    return { flows: writer.flows, seal, hosts }
  } catch (error) {
    file.discard()
    throw diskError(request.file.path, error)
  }
}

interface Taking {
  readonly rowsMax: number
  readonly progress: (flows: number) => void
}

async function takeHost(writer: CaseWriter, pieces: HostPieces, taking: Taking): Promise<CaseHost> {
  const host = writer.beginHost()
  let isFull = false
  for await (const piece of pieces) {
    switch (piece.kind) {
      case 'flows': {
        const room = taking.rowsMax - writer.flows
        isFull ||= piece.flows.length > room
        host.addFlows(piece.run, isFull ? piece.flows.slice(0, Math.max(0, room)) : piece.flows)
        taking.progress(writer.flows)
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
