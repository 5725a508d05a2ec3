import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowFlag, type FlowRecord } from '../../src/model/flow.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { Totals } from '../../src/query/totals.ts'
import { decodeConfig } from '../../src/recorder/config.ts'
import { isLeftOut, leftOutBy, sumLeftOut } from '../../src/recorder/left-out.ts'
import { privacyOf } from '../../src/recorder/privacy.ts'
import { isKept, sampledCapture } from '../../src/recorder/sampling.ts'
import { recordOf } from '../sim/record.ts'
import { wholeCapture } from '../sim/status.ts'
import { address, curl } from '../sim/sample.ts'

function privacyWith(config: object) {
  const decoded = decodeConfig(JSON.stringify(config))
  if (!decoded.ok) throw new Error(decoded.why)
  return privacyOf(decoded.config.privacy, new Uint8Array(32), decoded.config.sampling)
}
const flows = (count: number, change: Partial<FlowRecord> = {}) =>
  Array.from({ length: count }, (_, i) => recordOf({ id: i + 1, ...change }))

describe('sampling', () => {
  test('off, it keeps every flow', () => {
    const { row } = privacyWith({ sampling: 1 })
    expect(flows(1000).filter((flow) => isLeftOut(row(flow)))).toEqual([])
  })

  test.each([2, 10, 100, limits.samplingMax])(
    'of flows of one client and one port it keeps one in %d, within five deviations',
    (oneIn) => {
      const count = 200_000
      const flow = { ...recordOf() }
      let kept = 0
      for (let id = 1; id <= count; id++) kept += isKept({ ...flow, id }, oneIn) ? 1 : 0
      const expected = count / oneIn
      expect(Math.abs(kept - expected)).toBeLessThan(5 * Math.sqrt(expected))
    },
  )

  test('all records of a flow are kept or none, whatever changes over its life', () => {
    const { row } = privacyWith({ sampling: 3 })
    const later: Partial<FlowRecord> = {
      start: hostTime(5),
      end: hostTime(9e12),
      txBytes: 1,
      owner: { ...curl, user: 'bob' },
      actor: curl,
      state: 'time-wait',
      endReason: 'idle',
      flags: flowFlag.carrier,
    }
    const isOut = (flow: FlowRecord) => isLeftOut(row(flow))
    expect(flows(1000, later).map(isOut)).toEqual(flows(1000).map(isOut))
  })

  test('what is kept of few is also kept of more', () => {
    const coarse = flows(10_000).filter((flow) => isKept(flow, 100))
    expect(coarse.length).toBeGreaterThan(0)
    expect(coarse.every((flow) => isKept(flow, 10))).toBe(true)
  })

  test('a recorder that starts again does not keep the same first ids', () => {
    const keptIds = (localPort: number) =>
      flows(1000, { localPort }).flatMap((flow) => (isKept(flow, 10) ? [flow.id] : []))
    expect(keptIds(40_000)).not.toEqual(keptIds(40_001))
  })

  test('a flow that is left out is counters, without a name, an address or a port', () => {
    const { row } = privacyWith({ sampling: limits.samplingMax })
    const out = flows(10).map(row).find(isLeftOut)
    expect(out).toMatchObject({ protocol: 0, localPort: 0, remotePort: 0, netns: 0, txBytes: 1000 })
    expect(JSON.stringify(out)).not.toMatch(/alice|curl|4711/)
  })

  test('totals close, with rules and without', () => {
    const flow = fc
      .record({
        id: fc.integer({ min: 1, max: 2 ** 40 }),
        flags: fc.constantFrom(0, flowFlag.carrier, flowFlag.loopback, flowFlag.partial),
        user: fc.constantFrom('alice', 'bob'),
        txBytes: fc.nat(),
        rxBytes: fc.nat(),
        txPackets: fc.nat(),
        rxPackets: fc.nat(),
      })
      .map(({ user, ...rest }) => recordOf({ ...rest, owner: { ...curl, user } }))
    const sums = (records: readonly FlowRecord[]) => {
      const totals = new Totals([])
      for (const one of records) totals.add(one)
      return totals.groups().map(({ txBytes, rxBytes, txPackets, rxPackets }) => {
        return { txBytes, rxBytes, txPackets, rxPackets }
      })
    }
    const drop = [{ rule: 'drop', user: 'alice' }]
    for (const { row } of [
      privacyWith({ sampling: 3 }),
      privacyWith({ sampling: 3, privacy: drop }),
    ])
      fc.assert(
        fc.property(fc.array(flow), (records) => {
          expect(sums(sumLeftOut(records.map(row)))).toEqual(sums(records))
        }),
      )
  })

  test('what a rule drops and what sampling leaves out are sums of their own', () => {
    const { row } = privacyWith({ sampling: 2, privacy: [{ rule: 'drop', net: '10.9.0.0/16' }] })
    const dropped = flows(100, { localAddress: address('10.9.0.1') })
    const records = sumLeftOut([...dropped, ...flows(100)].map(row))
    const owners = records.filter(({ id }) => id === 0).map(({ owner }) => owner)
    expect(owners).toEqual([leftOutBy.rule, leftOutBy.sampling])
    expect(records.find(({ owner }) => owner === leftOutBy.rule)?.txBytes).toBe(100_000)
  })

  test('the status says so and no longer claims to see every process; off, it says nothing', () => {
    const { sees, blind } = sampledCapture(wholeCapture, 50)
    expect(sees).toEqual(['tcp', 'udp', 'raw', 'short', 'netns'])
    expect(blind).toEqual([expect.stringMatching(/^Sampling is on: one flow in 50 /)])
    expect(sampledCapture(wholeCapture, 1)).toEqual(wholeCapture)
  })
})
