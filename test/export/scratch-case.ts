import { onTestFinished } from 'vitest'
import type { CaseHost, RunIdentity } from '../../src/export/case/case-writer.ts'
import type { CaseMeta } from '../../src/export/case/finish-case.ts'
import { openCase, type ReadCase } from '../../src/export/case/read-case.ts'
import {
  writeCase as writeStreams,
  type CasePiece,
  type HostPiece,
} from '../../src/export/case/write-case.ts'
import { bytesInMemory } from '../../src/model/column-block.ts'
import { encodeFlows } from '../../src/model/flow-block.ts'
import { openFlows } from '../../src/model/flow-columns.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { allRows } from '../../src/query/run/selection.ts'

export const wholeHost = (name: string): CaseHost => ({
  name,
  machineId: '00112233445566778899aabbccddeeff',
  state: 'whole',
  why: '',
  fromMs: 1,
  toMs: 2,
  clockOffsetMs: 0,
  version: '0.1.0',
  source: 'bpf',
  blind: ['one sentence', 'another'],
})

export const run = { bootId: 'a0b1c2d3e4f5061728394a5b6c7d8e9f', stream: 4711 }

/** As a host would give them. */
export function flowsPiece(identity: RunIdentity, flows: readonly FlowRecord[]): HostPiece {
  const opened = openFlows(bytesInMemory(encodeFlows(flows, 'stored')))
  if (!opened.ok) throw new Error(opened.damage)
  return { kind: 'flows', run: identity, columns: opened.columns, rows: allRows(flows.length) }
}

/** A case of the given hosts, each with a gap and a loss. */
export const writeCase = (path: string, hosts: Readonly<Record<string, readonly FlowRecord[]>>) =>
  writePieces(path, allHosts(hosts))

export async function writePieces(
  path: string,
  pieces: Iterable<CasePiece> | AsyncIterable<CasePiece>,
  meta: CaseMeta = { query: 'user alice', asked_by: 'root' },
): Promise<void> {
  await writeStreams({
    file: { path, force: false, writer: 'one', hasEnded: () => false },
    pieces,
    meta: () => meta,
    signKey: undefined,
    progress: () => {},
  })
}

function* allHosts(hosts: Readonly<Record<string, readonly FlowRecord[]>>): Generator<CasePiece> {
  for (const [hostName, flows] of Object.entries(hosts)) {
    const from = hostTime(5)
    yield { hostName, ...flowsPiece(run, flows) }
    yield {
      hostName,
      kind: 'gaps',
      gaps: [{ from, to: hostTime(9), reason: 'ring full', count: 3 }],
    }
    yield {
      hostName,
      kind: 'segment',
      file: 'S-1-2-3.e2s',
      bytes: 4096,
      sha256: 'ab'.repeat(32),
    }
    const lost = [{ reason: 'ring-full', count: 3, last: hostTime(9) }]
    yield { hostName, kind: 'end', host: wholeHost(hostName), lost }
  }
}

/** Opens a case until the test ends. */
export async function readCase(path: string): Promise<ReadCase> {
  const file = await openCase(path)
  onTestFinished(file.close)
  return file
}
