import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesInMemory } from '../../src/model/column-block.ts'
import { DamagedColumn } from '../../src/model/damaged-column.ts'
import { FlowBatch } from '../../src/model/flow-batch.ts'
import { decodeFlows, encodeFlows } from '../../src/model/flow-block.ts'
import { openFlows, type FlowColumns } from '../../src/model/flow-columns.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { storedTimes } from '../../src/model/stored-times.ts'
import { anyFlow } from '../sim/any-flow.ts'
import { recordOf } from '../sim/record.ts'
import { curl } from '../sim/sample.ts'

function opened(bytes: Uint8Array): FlowColumns {
  const block = openFlows(bytesInMemory(bytes))
  if (!block.ok) throw new Error(block.damage)
  return block.columns
}

const flowsOf = (bytes: Uint8Array): FlowRecord[] => {
  const decoded = decodeFlows(bytes)
  if (!decoded.ok) throw new Error(decoded.damage)
  return decoded.flows
}

describe('a batch of flows', () => {
  test('joins parts of blocks into one, as if their records had been gathered', () => {
    const part = fc.record({
      flows: fc.array(anyFlow, { maxLength: 12 }),
      from: fc.nat(12),
      to: fc.nat(12),
      form: fc.constantFrom('live' as const, 'stored' as const),
    })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const batch = new FlowBatch(100, 'stored')
        // What was in it before must not show.
        batch.addRecords([recordOf({ owner: { ...curl, pid: 77 } }), recordOf()])
        batch.clear()
        const expected: FlowRecord[] = []
        for (const { flows, from, to, form } of parts) {
          const bytes = encodeFlows(flows, form)
          const [first, end] = [Math.min(from, flows.length), Math.min(to, flows.length)]
          if (first > end) continue
          batch.addBlock(opened(bytes), first, end)
          expected.push(...flowsOf(bytes).slice(first, end))
        }
        expect(batch.rows).toBe(expected.length)
        expect(flowsOf(batch.encode())).toEqual(expected)
        const owners = expected.flatMap(({ owner, actor }) => (actor ? [owner, actor] : [owner]))
        const different = new Set(owners.map((owner) => JSON.stringify(owner)))
        expect(opened(batch.encode()).owners.rows).toBe(different.size)
      }),
    )
  })

  test('keeps an owner once that each of its blocks has', () => {
    const batch = new FlowBatch(100, 'stored')
    for (let block = 0; block < 5; block++) {
      const actor = { kind: 'unknown', why: `block ${block}` } as const
      batch.addBlock(opened(encodeFlows([recordOf(), recordOf({ actor })])), 0, 2)
    }
    const { owners } = opened(batch.encode())
    expect(owners.list()).toEqual([
      curl,
      ...[0, 1, 2, 3, 4].map((block) => ({ kind: 'unknown', why: `block ${block}` })),
    ])
  })

  test('takes nothing of a block with a damaged column', () => {
    const batch = new FlowBatch(100, 'stored')
    batch.addRecords([recordOf()])
    const before = batch.encode()
    const damaged = encodeFlows([recordOf({ id: 2 }), recordOf({ id: 3, txBytes: -1 })])
    expect(() => batch.addBlock(opened(damaged), 0, 2)).toThrow(DamagedColumn)
    expect(batch.encode()).toEqual(before)
  })

  test('is of the time from the first end of a flow to the last, and from their first start on', () => {
    const flows = fc.array(anyFlow, { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(flows, (some) => {
        const batch = new FlowBatch(some.length, 'stored')
        batch.addRecords(some)
        const ends = some.map(({ end }) => Math.floor(end))
        const starts = some.map(storedTimes.start)
        expect(batch.span()).toEqual({
          from: Math.min(...ends),
          to: Math.max(...ends),
          begun: Math.min(...starts),
        })
      }),
    )
  })
})
