import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wholeLookRules } from '../../src/host/live-mirror.ts'
import { LiveSession } from '../../src/host/live-session.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime } from '../../src/model/quantity.ts'
import type { Answer } from '../../src/query/session.ts'
import { AnswerRelay } from '../../src/recorder/answer-relay.ts'
import { LiveWriter } from '../../src/recorder/live-writer.ts'
import { recordOf } from '../sim/record.ts'
import { wholeCapture } from '../sim/status.ts'

const hello = { protocol: 1, version: '0', host: 'web1', bootId: 'b' }

const answer = (flows: readonly FlowRecord[], at: number): Answer => ({
  rows: { kind: 'flows', flows },
  coverage: {
    host: 'web1',
    from: hostTime(0),
    to: hostTime(at),
    capture: wholeCapture,
    flowsLetGo: 0,
    gaps: [],
    attached: false,
    stale: undefined,
  },
})

/** What happens to a flow in a tick. */
const step = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  bytes: fc.integer({ min: 1, max: 1e6 }),
  ends: fc.boolean(),
})
const ticks = fc.array(fc.array(step, { maxLength: 5 }), { minLength: 1, maxLength: 8 })

describe('a session told on to another process', () => {
  test('has there the same flows after each tick, but for those that had ended before', async () => {
    await fc.assert(
      fc.asyncProperty(ticks, async (all) => {
        const stream = new PassThrough()
        const relay = new AnswerRelay(new LiveWriter(stream), hello)
        const session = new LiveSession(stream, wholeLookRules)
        const flows = new Map<number, FlowRecord>()
        const endedBefore = new Set<number>()
        for (const [i, steps] of all.entries()) {
          for (const { id, bytes, ends } of steps) {
            const known = flows.get(id)
            if (known && known.endReason !== 'open') continue
            const endReason = ends ? 'end detected' : 'open'
            flows.set(id, recordOf({ id, txBytes: (known?.txBytes ?? 0) + bytes, endReason }))
            if (i === 0 && ends) endedBefore.add(id)
          }
          relay.tell(answer([...flows.values()], i + 1))
          await new Promise(setImmediate)
          const { rows, coverage } = await session.ask({ kind: 'flows' })
          expect(coverage.to).toBe(i + 1)
          const byId = (a: FlowRecord, b: FlowRecord) => a.id - b.id
          const expected = [...flows.values()].filter(({ id }) => !endedBefore.has(id))
          expect(rows.kind === 'flows' && rows.flows.toSorted(byId)).toEqual(
            expected.toSorted(byId),
          )
        }
        relay.end('nobody looks any more', 'Look again.')
        await new Promise(setImmediate)
        const last = await session.ask({ kind: 'flows' })
        expect(last.coverage.stale).toBe('nobody looks any more')
        session.close()
      }),
      { numRuns: 60 },
    )
  })
})
