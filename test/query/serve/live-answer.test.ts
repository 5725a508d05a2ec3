import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FlowRecord } from '../../../src/model/flow.ts'
import { fleetLimits } from '../../../src/model/fleet-limits.ts'
import { hostTime } from '../../../src/model/quantity.ts'
import { LiveAnswerReader, LiveAnswerWriter } from '../../../src/query/serve/live-answer.ts'
import { decodeLiveQuery, encodeLiveQuery } from '../../../src/query/serve/live-query.ts'
import type { Answer, Query } from '../../../src/query/session.ts'
import { parseFilter } from '../../../src/query/filter/parse-filter.ts'
import { recordOf } from '../../sim/record.ts'
import { wholeCapture } from '../../sim/status.ts'

const answerOf = (flows: readonly FlowRecord[], from = 0): Answer => ({
  rows: { kind: 'flows', flows },
  coverage: {
    host: 'web1',
    from: hostTime(from),
    to: hostTime(9),
    capture: wholeCapture,
    flowsLetGo: 0,
    gaps: [],
    attached: true,
    stale: undefined,
  },
})
const read = (reader: LiveAnswerReader, bytes: Uint8Array): Answer => {
  const decoded = reader.decode(bytes)
  if (!decoded.ok) throw new Error(decoded.why)
  return decoded.answer
}
const flowsOf = ({ rows }: Answer) =>
  rows.kind === 'flows' ? rows.flows.toSorted((a, b) => a.id - b.id) : []

describe('live answers', () => {
  test('are whole at the other end, whatever changes from one to the next', () => {
    const step = fc.record({
      ids: fc.uniqueArray(fc.integer({ min: 1, max: 12 })),
      changed: fc.array(fc.integer({ min: 1, max: 12 })),
      anew: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const [writer, reader] = [new LiveAnswerWriter(), new LiveAnswerReader()]
        let known = new Map<number, FlowRecord>()
        let [from, bytes] = [0, 0]
        for (const { ids, changed, anew } of steps) {
          if (anew) known = new Map()
          if (anew) from += 1
          for (const id of changed) known.delete(id)
          const flows = ids.map((id) => {
            const flow = known.get(id) ?? recordOf({ id, txBytes: (bytes += 1) })
            known.set(id, flow)
            return flow
          })
          const told = read(reader, writer.encode(answerOf(flows, from)))
          expect(flowsOf(told)).toEqual(flowsOf(answerOf(flows)))
        }
      }),
    )
  })

  test('carry only what has changed', () => {
    const writer = new LiveAnswerWriter()
    const flows = Array.from({ length: 500 }, (_, id) => recordOf({ id }))
    const whole = writer.encode(answerOf(flows)).length
    expect(writer.encode(answerOf(flows)).length).toBeLessThan(whole / 20)
  })

  test('have the largest flows of too many, and a gap that counts the others from the first answer on', () => {
    const most = fleetLimits.serveFlowsMax
    const flows = Array.from({ length: most + 3 }, (_, i) => recordOf({ id: i + 1, txBytes: i }))
    const writer = new LiveAnswerWriter()
    const reader = new LiveAnswerReader()
    const first = answerOf(flows)
    const { to } = first.coverage
    const told = read(reader, writer.encode(first))
    expect(flowsOf(told)).toEqual(flows.slice(3))
    const reason = 'more flows than are told live'
    expect(told.coverage.gaps).toEqual([{ from: to, to, reason, count: 3 }])
    const later = answerOf(flows.slice(1))
    const coverage = { ...later.coverage, to: hostTime(to + 1_000) }
    expect(read(reader, writer.encode({ ...later, coverage })).coverage.gaps).toEqual([
      { from: to, to: to + 1_000, reason, count: 2 },
    ])
    expect(read(reader, writer.encode(answerOf(flows.slice(3)))).coverage.gaps).toEqual([])
  })

  test('cut anywhere are refused by a reason, and so are bytes of a host that has too many flows', () => {
    const bytes = new LiveAnswerWriter().encode(answerOf([recordOf({ id: 1 })]))
    for (let cut = 0; cut < bytes.length; cut++)
      expect(new LiveAnswerReader().decode(bytes.subarray(0, cut)).ok, `cut at ${cut}`).toBe(false)
    const reader = new LiveAnswerReader()
    const lot = (first: number) =>
      new LiveAnswerWriter().encode(
        answerOf(
          Array.from({ length: fleetLimits.serveFlowsMax }, (_, i) => recordOf({ id: first + i })),
        ),
      )
    expect(reader.decode(lot(1)).ok).toBe(true)
    expect(reader.decode(lot(1_000_000))).toEqual({ ok: false, why: 'flows: too many' })
  })

  test('of bytes changed anywhere are read or refused, never a fault', () => {
    const bytes = new LiveAnswerWriter().encode(answerOf([recordOf({ id: 1 })]))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes)
        changed[at]! ^= change
        expect(typeof new LiveAnswerReader().decode(changed).ok).toBe('boolean')
      }),
      { numRuns: 500 },
    )
  })
})

describe('the question of a live view', () => {
  test('is the same at the other end', () => {
    const parsed = parseFilter('user alice and not port 22')
    if (!parsed.ok) throw new Error('filter')
    const queries: Query[] = [
      { kind: 'flows' },
      { kind: 'flows', where: parsed.filter },
      {
        kind: 'totals',
        by: [{ kind: 'field', field: 'host' }, { kind: 'service' }],
        where: parsed.filter,
      },
    ]
    for (const query of queries)
      expect(decodeLiveQuery(encodeLiveQuery(query))).toEqual({ ok: true, query })
  })

  test('that is not understood is refused', () => {
    for (const text of [
      '',
      '[]',
      '{"kind":"rows"}',
      '{"kind":"flows","where":"port"}',
      '{"kind":1}',
    ])
      expect(decodeLiveQuery(Buffer.from(text)).ok, text).toBe(false)
  })
})
