import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CaseSession } from '../../src/cli/case/case-session.ts'
import { openCase } from '../../src/export/case/read-case.ts'
import type { CasePiece } from '../../src/export/case/write-case.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { screenLimits } from '../../src/model/screen-limits.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { joined, ofWindow } from '../../src/query/flow-of-window.ts'
import { fieldKey, type GroupKey, type TimeRange } from '../../src/query/question.ts'
import type { Answer } from '../../src/query/session.ts'
import { groupId, Totals, type GroupTotals } from '../../src/query/totals.ts'
import { flowsPiece, run, wholeHost, writePieces } from '../export/scratch-case.ts'
import { numberedFlows } from '../log/numbered-flows.ts'
import { anyFlow } from '../sim/any-flow.ts'
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
  const file = await openCase(path)
  onTestFinished(file.close)
  return new CaseSession(path, file)
}

const by =
  (txBytes: number) =>
  (flow: FlowRecord): FlowRecord => ({ ...flow, txBytes, rxBytes: 0, flags: 0 })

/** Records of some flows, as a host writes them: ends never fall, and a flow's last record is its last. */
function inOrderOfWriting(drawn: readonly (readonly [number, FlowRecord])[]): FlowRecord[] {
  const lastOf = new Map(drawn.map(([id], i) => [id, i]))
  return drawn.map(([id, flow], i) => {
    const end = epoch + 1_000 * Math.floor(i / 5)
    return {
      ...flow,
      id,
      start: hostTime(Math.min(Math.floor(flow.start), end)),
      end: hostTime(end),
      // Beyond 2^53 a sum depends on the order in which it is made.
      txBytes: flow.txBytes % 2 ** 46,
      rxBytes: flow.rxBytes % 2 ** 46,
      txPackets: flow.txPackets % 2 ** 46,
      rxPackets: flow.rxPackets % 2 ** 46,
      // A flow's records are differences of a counter of 32 bits.
      retransmits: flow.retransmits % 0x10_0000,
      endReason: id > 0 && lastOf.get(id) !== i ? 'active' : flow.endReason,
    }
  })
}

/** What a screen shows of them, told record by record. */
function flowsWithin(records: readonly FlowRecord[], { from, to }: TimeRange): FlowRecord[] {
  const flows = new Map<string, FlowRecord>()
  for (const record of records.filter(({ end }) => end >= from && end < to)) {
    const key = record.id === 0 ? `withheld ${flows.size}` : String(record.id)
    const before = flows.get(key)
    flows.set(key, before ? joined(before, record) : record)
  }
  return [...flows.values()].map((flow) => ofWindow(flow, 0, from))
}

/** A case does not tell two processes apart that are the same in all that is known. */
const byBytes = (flows: readonly FlowRecord[]) =>
  flows
    .map(({ actor, ...flow }) => {
      const isOwner = JSON.stringify(actor) === JSON.stringify(flow.owner)
      const [local, remote] = [[...flow.localAddress], [...flow.remoteAddress]]
      const ends = { localAddress: local, remoteAddress: remote }
      return JSON.stringify({ ...flow, ...ends, id: 0, actor: isOwner ? undefined : actor })
    })
    .toSorted()
const inOrder = (groups: readonly GroupTotals[]) =>
  groups.toSorted((a, b) => (groupId(a.key) < groupId(b.key) ? -1 : 1))

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
      past: { fromCase: 'case.db by bpf', missing: ['web3: late: no answer'] },
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

  test('larger than a screen lists the flows with the most bytes, and counts all', async () => {
    const most = screenLimits.caseFlowsMax
    const large = numberedFlows(1, most, epoch + 1_000).map(by(1_000_000))
    const small = numberedFlows(most + 1, 10, epoch + 2_000).map(by(1_000))
    const carrier = { ...small[0]!, id: most + 20, flags: 2 }
    const flows = [...small, carrier, ...large]
    const session = await sessionOf(await caseOf({ web1: flows }))
    const { rows, coverage } = await session.ask({ kind: 'flows' })
    expect(rows).toMatchObject({ kind: 'flows', flows: { length: most } })
    expect(bytes(rows.kind === 'flows' ? rows.flows : [])).toBe(bytes(large))
    expect(coverage.past?.unlisted).toEqual({
      flows: 11,
      txBytes: bytes(small),
      rxBytes: small.reduce((sum, { rxBytes }) => sum + rxBytes, 0),
      loopbackBytes: 0,
    })
    expect(coverage.past?.missing).toEqual([])
    const totals = await session.ask({ kind: 'totals', by: [] })
    expect(totals.rows).toMatchObject({
      groups: [{ flows: most + 10, txBytes: bytes([...small, ...large]) }],
    })
  })

  test('has the flows that its records are of, and the totals of those flows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 12 }), anyFlow), { maxLength: 60 }),
        fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 })),
        async (drawn, [first, second]) => {
          const records = inOrderOfWriting(drawn)
          const range = {
            from: hostTime(epoch + 1_000 * Math.min(first, second)),
            to: hostTime(epoch + 1_000 * Math.max(first, second) + 1),
          }
          const wanted = flowsWithin(records, range)
          const session = await sessionOf(await caseOf({ web1: records }))
          const answer = await session.ask({ kind: 'flows', range })
          expect(byBytes(flowsOf(answer).flows)).toEqual(byBytes(wanted))
          for (const by of [[fieldKey('process')], [fieldKey('remote_ip'), { kind: 'service' }]]) {
            const totals = new Totals(by as readonly GroupKey[])
            for (const flow of wanted) totals.add(flow)
            const { rows } = await session.ask({ kind: 'totals', by: by as GroupKey[], range })
            expect(inOrder(rows.kind === 'totals' ? rows.groups : [])).toEqual(
              inOrder(totals.groups()),
            )
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  test.each([
    "UPDATE flow SET tx_bytes = 'many'",
    'UPDATE flow SET rx_bytes = -1',
    "UPDATE addr SET key = x'00' WHERE id = 1",
  ])('refuses a record that is none: %s', async (sql) => {
    const path = await caseOf({ web1: numberedFlows(1, 3, epoch + 1) })
    execFileSync('sqlite3', [path, sql])
    const asked = async () => (await sessionOf(path)).ask({ kind: 'flows' })
    await expect(asked()).rejects.toThrow(
      /is no record of a flow|something else than whole numbers|address 1 is none/,
    )
  })
})
