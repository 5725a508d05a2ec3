import type { Database } from 'sql.js'
import { onTestFinished } from 'vitest'
import { createCaseFile } from '../../src/export/case/case-file.ts'
import { CaseWriter, type CaseHost, type RunIdentity } from '../../src/export/case/case-writer.ts'
import { finishCase } from '../../src/export/case/finish-case.ts'
import { openCase } from '../../src/export/case/read-case.ts'
import type { HostPiece } from '../../src/export/case/write-case.ts'
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
export async function writeCase(
  path: string,
  hosts: Readonly<Record<string, readonly FlowRecord[]>>,
): Promise<void> {
  const file = await createCaseFile({ path, force: false, writer: 1 })
  const writer = new CaseWriter(file.database)
  for (const [name, flows] of Object.entries(hosts)) {
    const host = writer.beginHost()
    host.addFlows(run, flows)
    host.addGaps([{ from: hostTime(5), to: hostTime(9), reason: 'ring full', count: 3 }])
    host.addSegment('S-1-2-3.e2s', 4096, 'ab'.repeat(32))
    host.end(wholeHost(name), [{ reason: 'ring-full', count: 3, last: hostTime(9) }])
  }
  writer.close()
  finishCase(file, { query: 'user alice', asked_by: 'root' }, undefined)
}

/** Opens a case until the test ends. */
export async function readCase(path: string): Promise<Database> {
  const { database, close } = await openCase(path)
  onTestFinished(close)
  return database
}
