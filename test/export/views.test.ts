import { join } from 'node:path'
import fc from 'fast-check'
import type { Database } from 'sql.js'
import { expect, test } from 'vitest'
import { formatAddress } from '../../src/model/address.ts'
import { flowFlag, type FlowRecord } from '../../src/model/flow.ts'
import { accountOf, type Owner } from '../../src/model/owner.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { anyFlow } from '../sim/any-flow.ts'
import { flowsPiece, readCase, run, wholeHost, writePieces } from './scratch-case.ts'

/** Of one run of a host's recorder; its flow ids are few, so that flows have many records and many users. */
interface RunOfHost {
  readonly host: string
  readonly stream: number
  readonly flows: readonly FlowRecord[]
}

const fewIds = fc
  .tuple(anyFlow, fc.integer({ min: 0, max: 4 }))
  // Of this size sums are exact in the oracle too.
  .map(([flow, id]): FlowRecord => ({ ...flow, id, ...smaller(flow) }))

const smaller = ({ txBytes, rxBytes, txPackets, rxPackets }: FlowRecord) => ({
  txBytes: txBytes % 1e9,
  rxBytes: rxBytes % 1e9,
  txPackets: txPackets % 1e9,
  rxPackets: rxPackets % 1e9,
})
const runs: fc.Arbitrary<readonly RunOfHost[]> = fc
  .array(fc.tuple(fc.constantFrom('web1', 'web2'), fc.array(fewIds, { maxLength: 20 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => all.map(([host, flows], stream) => ({ host, stream, flows })))

async function caseOf(all: readonly RunOfHost[]): Promise<Database> {
  const path = join(scratchDirectory(), 'case.db')
  const hosts = [...new Set(all.map(({ host }) => host))]
  const pieces = hosts.flatMap((hostName) => [
    ...all
      .filter(({ host }) => host === hostName)
      .map(({ stream, flows }) => ({ hostName, ...flowsPiece({ ...run, stream }, flows) })),
    { hostName, kind: 'end' as const, host: wholeHost(hostName), lost: [] },
  ])
  await writePieces(path, pieces)
  return (await readCase(path)).database
}

const usedBy = (flow: FlowRecord): Owner => flow.actor ?? flow.owner
const nameOf = (owner: Owner) => (owner.kind === 'process' ? owner.process : `<${owner.kind}>`)
const exeOf = (owner: Owner) => (owner.kind === 'process' ? owner.exe : '')
const userOf = (owner: Owner) => accountOf(owner)?.user || `<${owner.kind}>`

/** What each view groups by, told by a record alone. */
const partOf = {
  by_process: (host: string, flow: FlowRecord) => [host, nameOf(usedBy(flow)), exeOf(usedBy(flow))],
  by_user: (host: string, flow: FlowRecord) => [host, userOf(usedBy(flow))],
  talkers: (_: string, flow: FlowRecord) => [formatAddress(flow.remoteAddress)],
}

interface Group {
  readonly key: readonly string[]
  readonly hosts: Set<string>
  readonly flows: Set<string>
  readonly sums: number[]
}

function expected(view: keyof typeof partOf, all: readonly RunOfHost[]): unknown[][] {
  const groups = new Map<string, Group>()
  for (const { host, stream, flows } of all)
    for (const flow of flows) {
      if ((flow.flags & flowFlag.carrier) !== 0) continue
      const key = partOf[view](host, flow)
      const name = JSON.stringify(key)
      const group = groups.get(name) ?? {
        key,
        hosts: new Set(),
        flows: new Set(),
        sums: [0, 0, 0, 0],
      }
      groups.set(name, group)
      group.hosts.add(host)
      group.flows.add(`${stream} ${flow.id}`)
      const counters = [flow.txBytes, flow.rxBytes, flow.txPackets, flow.rxPackets]
      counters.forEach((count, i) => (group.sums[i]! += count))
    }
  return [...groups.values()].map(({ key, hosts, flows, sums }) => [
    ...key,
    ...(view === 'talkers' ? [hosts.size] : []),
    flows.size,
    ...sums,
  ])
}

const inOrder = (rows: readonly (readonly unknown[])[]) =>
  rows.map((row) => JSON.stringify(row)).toSorted()

test.each(['by_process', 'by_user', 'talkers'] as const)(
  'the view %s counts each flow once and sums what its records say',
  async (view) => {
    await fc.assert(
      fc.asyncProperty(runs, async (all) => {
        const database = await caseOf(all)
        const [result] = database.exec(`SELECT * FROM ${view}`)
        expect(inOrder(result?.values ?? [])).toEqual(inOrder(expected(view, all)))
      }),
      { numRuns: 30 },
    )
  },
)
