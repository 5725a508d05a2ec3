import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowFlag, type FlowRecord } from '../../src/model/flow.ts'
import { kernelOwner } from '../../src/model/owner.ts'
import { fieldKey, type GroupKey } from '../../src/query/question.ts'
import { groupId, Totals } from '../../src/query/totals.ts'
import { recordOf } from '../sim/record.ts'
import { curl } from '../sim/sample.ts'

const flow = fc
  .record({
    process: fc.constantFrom('curl', 'nginx', 'a', ''),
    user: fc.constantFrom('alice', 'bob', 'a', ''),
    txBytes: fc.nat(1e9),
    rxBytes: fc.nat(1e9),
    open: fc.boolean(),
  })
  .map(({ process, user, open, ...bytes }) =>
    recordOf({
      ...bytes,
      owner: { ...curl, process, user },
      endReason: open ? 'open' : 'end detected',
    }),
  )
const fields = fc.constantFrom<readonly GroupKey[]>(
  [fieldKey('process')],
  [fieldKey('user')],
  [fieldKey('user'), fieldKey('process')],
)
const both = [fieldKey('process'), fieldKey('user')]

function totalsOf(flows: readonly FlowRecord[], by: readonly GroupKey[]): Totals {
  const totals = new Totals(by)
  flows.forEach((one) => totals.add(one))
  return totals
}
const sorted = (totals: Totals) =>
  totals.groups().toSorted((a, b) => (groupId(a.key) < groupId(b.key) ? -1 : 1))

describe('totals', () => {
  test('merging the totals of any split equals the totals of all flows', () => {
    fc.assert(
      fc.property(fc.array(fc.array(flow)), fields, (hosts, by) => {
        const merged = new Totals(by)
        for (const flows of hosts) merged.merge(totalsOf(flows, both))
        expect(sorted(merged)).toEqual(sorted(totalsOf(hosts.flat(), by)))
      }),
    )
  })

  test('a flow counts for the process that used it, not for the one that opened it', () => {
    const worker = recordOf({ actor: { ...curl, process: 'worker' } })
    expect(totalsOf([worker], [fieldKey('process')]).groups()).toMatchObject([{ key: ['worker'] }])
  })

  test("a tunnel's own transport is left out, the kernel's sockets are a group", () => {
    const flows = [recordOf({ flags: flowFlag.carrier }), recordOf({ owner: kernelOwner })]
    expect(totalsOf(flows, both).groups()).toMatchObject([
      { key: [null, null], flows: 1, txBytes: 1000 },
    ])
  })

  test('totals by user alone cannot be merged into totals by process', () => {
    expect(() =>
      totalsOf([], [fieldKey('process')]).merge(totalsOf([], [fieldKey('user')])),
    ).toThrow(/cannot be merged/)
  })
})
