import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CaseSession } from '../../src/cli/case/case-session.ts'
import { openCase } from '../../src/export/case/read-case.ts'
import type { CasePiece } from '../../src/export/case/write-case.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { screenLimits } from '../../src/model/screen-limits.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { fieldKey } from '../../src/query/question.ts'
import type { Answer } from '../../src/query/session.ts'
import { flowsPiece, run, wholeHost, writePieces } from '../export/scratch-case.ts'
import { numberedFlows } from '../log/numbered-flows.ts'
import { scratchDirectory } from '../log/scratch-log.ts'

const epoch = 1_700_000_000_000
const blockRows = 10_000

function* pieces(
  hosts: Readonly<Record<string, readonly FlowRecord[]>>,
  silent: readonly string[],
): Generator<CasePiece> {
  const times = { fromMs: epoch, toMs: epoch + 60_000 }
  for (const [hostName, flows] of Object.entries(hosts)) {
    for (let i = 0; i < flows.length; i += blockRows)
      yield { hostName, ...flowsPiece(run, flows.slice(i, i + blockRows)) }
    yield { hostName, kind: 'end', host: { ...wholeHost(hostName), ...times }, lost: [] }
  }
  for (const hostName of silent) {
    const none = { state: 'missing', why: 'late: no answer', fromMs: null, toMs: null } as const
    const host = { ...wholeHost(hostName), ...none, source: '' }
    yield { hostName, kind: 'end', host, lost: [] }
  }
}

async function caseOf(
  hosts: Readonly<Record<string, readonly FlowRecord[]>>,
  silent: readonly string[] = [],
): Promise<string> {
  const path = join(scratchDirectory(), 'case.db')
  await writePieces(path, pieces(hosts, silent))
  return path
}

async function sessionOf(path: string): Promise<CaseSession> {
  const { database, close } = await openCase(path)
  onTestFinished(close)
  return new CaseSession(path, database)
}

const flowsOf = ({ rows }: Answer) => (rows.kind === 'flows' ? rows : undefined)!
const bytes = (flows: readonly { txBytes: number }[]) =>
  flows.reduce((sum, { txBytes }) => sum + txBytes, 0)

describe('a session over a case', () => {
  test('of many hosts keeps their flows apart, and says which gave nothing', async () => {
    const hosts = {
      web1: numberedFlows(1, 30, epoch + 1_000),
      web2: numberedFlows(1, 20, epoch + 2_000),
    }
    const session = await sessionOf(await caseOf(hosts, ['web3']))
    const all = await session.ask({ kind: 'flows' })
    const { flows, hosts: whose = [] } = flowsOf(all)
    for (const [name, records] of Object.entries(hosts))
      expect(bytes(flows.filter((_, i) => whose[i] === name))).toBe(bytes(records))
    const totals = await session.ask({ kind: 'totals', by: [fieldKey('host')] })
    expect(totals.rows).toMatchObject({
      groups: [
        { key: ['web1'], flows: 30, txBytes: bytes(hosts.web1) },
        { key: ['web2'], flows: 20, txBytes: bytes(hosts.web2) },
      ],
    })
    expect(all.coverage).toMatchObject({
      host: 'heard 2 of 3 (1 late)',
      hosts: [
        { host: 'web1', state: 'answered' },
        { host: 'web2', state: 'answered' },
        { host: 'web3', state: 'late', why: 'no answer' },
      ],
      from: epoch,
      to: epoch + 60_000,
      stale: undefined,
      past: { fromCase: 'case.db by bpf, not verified', missing: ['web3: late: no answer'] },
    })
  })

  test('answers for a window what ended in it', async () => {
    const records = [1, 2, 3].flatMap((n) => numberedFlows(n, 1, epoch + n * 1_000))
    const session = await sessionOf(await caseOf({ web1: records }))
    const range = { from: hostTime(epoch + 2_000), to: hostTime(epoch + 3_000) }
    const { flows } = flowsOf(await session.ask({ kind: 'flows', range }))
    expect(flows).toMatchObject([{ txBytes: records[1]!.txBytes }])
  })

  test('of all of it gives one answer and goes on until it is closed', async () => {
    const session = await sessionOf(await caseOf({ web1: numberedFlows(1, 1, epoch + 1) }))
    const answers = session.watch({ kind: 'flows' }, millis(1))
    expect((await answers.next()).done).toBe(false)
    const next = answers.next()
    expect(await Promise.race([next, new Promise((done) => setTimeout(done, 20))])).toBeUndefined()
    session.close()
    expect((await next).done).toBe(true)
  })

  test('larger than a screen shows the earliest, and says so', async () => {
    const most = screenLimits.pastWindowRecordsMax
    const late = numberedFlows(1, 10, epoch + 2_000)
    const early = numberedFlows(11, most, epoch + 1_000)
    const session = await sessionOf(await caseOf({ web1: [...late, ...early] }))
    const answer = await session.ask({ kind: 'flows' })
    expect(bytes(flowsOf(answer).flows)).toBe(bytes(early))
    expect(answer.coverage.past?.missing).toEqual([
      expect.stringMatching(/^stopped at the limit of records: covered up to .*:22.000Z/),
    ])
  })

  test.each([
    "UPDATE flow SET tx_bytes = 'many'",
    'UPDATE flow SET rx_bytes = -1',
    "UPDATE addr SET key = x'00' WHERE id = 1",
  ])('refuses a record that is none: %s', async (sql) => {
    const path = await caseOf({ web1: numberedFlows(1, 3, epoch + 1) })
    execFileSync('sqlite3', [path, sql])
    const session = await sessionOf(path)
    await expect(session.ask({ kind: 'flows' })).rejects.toThrow(/is no record of a flow/)
  })
})
