import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conversations } from '../../../src/analysis/both-ends/conversations.ts'
import { parseAddress } from '../../../src/model/address.ts'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { recordOf } from '../../sim/record.ts'

const web = { host: 'web1', ip: '10.0.0.1' }
const db = { host: 'db1', ip: '10.0.0.2' }

/** What each end records of one flow. */
function pair(port: number, change: Partial<FlowRecord> = {}, lost = 0) {
  const of = (here: typeof web, there: typeof web, opens: boolean, seen: Partial<FlowRecord>) => ({
    host: here.host,
    record: recordOf({
      protocol: 6,
      localAddress: parseAddress(here.ip)!,
      localPort: opens ? port : 5432,
      remoteAddress: parseAddress(there.ip)!,
      remotePort: opens ? 5432 : port,
      direction: opens ? 'outbound' : 'inbound',
      endReason: 'end detected',
      ...change,
      ...seen,
    }),
  })
  return {
    client: of(web, db, true, { txBytes: 100, rxBytes: 9_000 }),
    server: of(db, web, false, { txBytes: 9_000 - lost, rxBytes: 100 }),
  }
}

describe('conversations', () => {
  test('are one row of two ends, the one that opened it first, in any order of records', () => {
    const { client, server } = pair(40_000)
    for (const records of [
      [client, server],
      [server, client],
    ]) {
      const [one, ...others] = conversations(records)
      expect(others).toEqual([])
      expect(one!.ends.map(({ host }) => host)).toEqual(['web1', 'db1'])
      expect([one!.difference, one!.unheard]).toEqual([0, undefined])
    }
  })

  test('are the sums of what was exported in pieces, however each end cut them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99)), fc.array(fc.nat(99)), (clientCuts, serverCuts) => {
        const { client, server } = pair(40_000, { start: hostTime(0), end: hostTime(1_000) })
        const cut = (one: typeof client, pieces: readonly number[]) => {
          const each = pieces.map((bytes) => ({
            host: one.host,
            record: { ...one.record, txBytes: bytes, rxBytes: 0 },
          }))
          const rest = one.record.txBytes - pieces.reduce((sum, bytes) => sum + bytes, 0)
          return [...each, { host: one.host, record: { ...one.record, txBytes: rest } }]
        }
        const [one, ...others] = conversations([
          ...cut(client, clientCuts),
          ...cut(server, serverCuts),
        ])
        expect(others).toEqual([])
        expect(one!.ends.map(({ txBytes }) => txBytes)).toEqual([100, 9_000])
        expect(one!.difference).toBe(0)
      }),
    )
  })

  test('of one key long after one another are two', () => {
    const early = pair(40_000, { start: hostTime(0), end: hostTime(1_000) })
    const at = (start: number) => pair(40_000, { start: hostTime(start), end: hostTime(start) })
    const both = (late: ReturnType<typeof pair>) =>
      conversations([early.client, early.server, late.client, late.server]).length
    expect(both(at(1_000 + 92_000))).toBe(1)
    expect(both(at(1_000 + 92_001))).toBe(2)
  })

  test('of which one end was heard say so, and who the other is', () => {
    const [one] = conversations([pair(40_000).client])
    expect(one).toMatchObject({ unheard: { address: '10.0.0.2', port: 5432 } })
    expect(one!.difference).toBeUndefined()
  })

  test('tell how much their ends differ, and how much they may', () => {
    const differing = (lost: number, change: Partial<FlowRecord>) => {
      const { client, server } = pair(40_000, change, lost)
      const [one] = conversations([client, server])
      return one!.difference! <= one!.tolerated
    }
    expect(differing(8, {})).toBe(true)
    expect(differing(9, {})).toBe(false)
    expect(differing(9, { endReason: 'open' })).toBe(true)
    // Of 9,100 bytes in datagrams 4 % may be lost on their way.
    expect(differing(364, { protocol: 17 })).toBe(true)
    expect(differing(365, { protocol: 17 })).toBe(false)
  })

  test('are not made up where a third host has the same address', () => {
    const { client, server } = pair(40_000)
    const found = conversations([client, server, { ...server, host: 'db2' }])
    expect(found.map(({ ends }) => ends.length)).toEqual([1, 1, 1])
  })
})
