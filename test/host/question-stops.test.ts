import fc from 'fast-check'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answerQuestion } from '../../src/host/answer-question.ts'
import type { QuestionSources } from '../../src/host/question-sources.ts'
import { openFlowLog } from '../../src/log/flow-log.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { gapReason } from '../../src/model/gap.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import type { PartialAnswer } from '../../src/query/partial-answer.ts'
import type { Budget, Question } from '../../src/query/question.ts'
import { at, epoch, maintainAll, options, scratchDirectory } from '../log/scratch-log.ts'
import { recordOf } from '../sim/record.ts'
import { address } from '../sim/sample.ts'
import { flowsInOrder } from '../query/run/random-flows.ts'
import { plenty } from '../query/run/random-questions.ts'

const all = { from: hostTime(0), to: hostTime(4e12) }
const asked = (budget: Partial<Budget>, range = all): Question => ({
  range,
  by: [{ kind: 'field', field: 'remote_ip' }],
  measures: [{ kind: 'sum', of: 'tx_bytes' }],
  booking: 'at end',
  groupsSent: 1_000_000,
  budget: { ...plenty, ...budget },
})

const sourcesOf = (log: string, change: Partial<QuestionSources> = {}): QuestionSources => ({
  host: 'here',
  log,
  live: 'none',
  at: all.to,
  clock: () => millis(0),
  ...change,
})

const sumOf = ({ groups }: PartialAnswer): number =>
  [...groups].reduce(
    (sum, { states: [state] }) => sum + (state?.kind === 'total' ? state.value : NaN),
    0,
  )

/** Appends of so many records each, some days sealed. */
function writeLog(path: string, records: readonly FlowRecord[], plan: readonly number[]): void {
  let ms = 0
  const log = openFlowLog(path, options, at(ms))
  let done = 0
  for (const rows of [...plan, Infinity]) {
    log.append(records.slice(done, done + rows), [], at((ms += 1000)))
    done = Math.min(records.length, done + rows)
    if (rows % 3 === 0) maintainAll(log, (ms += 86_400_000))
  }
  log.close(at(ms))
}

/** As many ends as appends; each address is one group. */
const distinctFlows = (count: number): FlowRecord[] =>
  Array.from({ length: count }, (_, n) =>
    recordOf({
      id: n + 1,
      start: hostTime(epoch + n),
      end: hostTime(epoch + n),
      remoteAddress: address(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`),
      txBytes: 1,
    }),
  )

/** So that all ended after the log began. */
const sinceBegin = 2_000_000
/** The last is more than any log here has. */
const limitsTried = [9, 30, 9, 30, 20, 1_000]

describe('a question that stops', () => {
  test('at its limit of records can go on where it stopped, and no record is counted twice or not at all', async () => {
    let stops = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(flowsInOrder, { minLength: 4, maxLength: 8 }),
        fc.array(fc.nat(9), { minLength: 2, maxLength: 8 }),
        fc.array(fc.nat(300_000), { maxLength: 40 }),
        async (some, plan, late) => {
          const ordered = some.flat().toSorted((a, b) => a.end - b.end)
          // Of an active flow the record is written when it is due, though others that ended later were written before.
          const records = ordered
            .filter(({ flags }) => flags !== 2)
            .map((flow, i) => {
              const end = hostTime(flow.end + sinceBegin - (late[i] ?? 0))
              return { ...flow, end, start: hostTime(Math.min(flow.start, end)) }
            })
          const path = mkdtempSync(join(tmpdir(), 'e2etop-stop-'))
          writeLog(path, records, plan)
          const whole = await answerQuestion(asked({}), sourcesOf(path))
          let sum = 0
          let from = all.from
          for (let tries = 0; ; tries++) {
            const part = await answerQuestion(
              asked({ rows: limitsTried[tries]! }, { from, to: all.to }),
              sourcesOf(path),
            )
            sum += sumOf(part)
            const { stoppedAt, covered } = part.coverage[0]!
            if (stoppedAt === undefined) break
            stops += 1
            from = covered?.to ?? from
          }
          rmSync(path, { recursive: true })
          expect(sum).toBe(sumOf(whole))
          expect(sumOf(whole)).toBe(records.reduce((total, { txBytes }) => total + txBytes, 0))
        },
      ),
      { numRuns: 40 },
    )
    expect(stops).toBeGreaterThan(20)
  })

  test('names the limit, answers what it has until there, and says until when that is', async () => {
    const path = scratchDirectory()
    writeLog(path, distinctFlows(200_000), [50_000, 50_000, 50_000])
    let now = 0
    const ticking = { clock: () => millis(now++) }
    const aborted = { interrupted: AbortSignal.abort() }
    const answers = {
      rows: await answerQuestion(asked({ rows: 100_000 }), sourcesOf(path)),
      bytes: await answerQuestion(asked({ bytes: 1 }), sourcesOf(path)),
      groups: await answerQuestion(asked({ groups: 60_000 }), sourcesOf(path)),
      memory: await answerQuestion(asked({ memory: 2_500_000 }), sourcesOf(path)),
      time: await answerQuestion(asked({ time: millis(4) }), sourcesOf(path, ticking)),
      interrupt: await answerQuestion(asked({}), sourcesOf(path, aborted)),
    }
    for (const [limit, answer] of Object.entries(answers)) {
      const { stoppedAt, covered } = answer.coverage[0]!
      expect(stoppedAt, limit).toBe(limit)
      const counted = sumOf(answer)
      expect(counted, limit).toBeLessThan(200_000)
      // One flow ends each ms.
      expect(covered ? covered.to - epoch : 0, limit).toBe(counted)
      expect(counted > 0, limit).toBe(limit !== 'interrupt')
    }
    const exact = await answerQuestion(asked({ rows: 200_000, groups: 200_000 }), sourcesOf(path))
    expect([exact.coverage[0]!.stoppedAt, sumOf(exact)]).toEqual([undefined, 200_000])
    const less = await answerQuestion(asked({ rows: 199_999 }), sourcesOf(path))
    expect(less.coverage[0]!.stoppedAt).toBe('rows')
  })
})

describe('a log that is damaged', () => {
  const records = distinctFlows(600)
  const damagedRows = ({ coverage }: PartialAnswer) =>
    coverage[0]!.gaps
      .filter(({ reason }) => reason === gapReason.damaged)
      .reduce((sum, { count }) => sum + count, 0)

  test('anywhere in a segment answers with its other blocks, and coverage counts the records of that one', async () => {
    const path = scratchDirectory()
    writeLog(path, records, [99, 99, 99, 99, 99])
    const names = readdirSync(path).filter((name) => name.startsWith('S-'))
    expect(names.length).toBeGreaterThan(3)
    let damaged = 0
    for (const name of names) {
      const file = join(path, name)
      const bytes = readFileSync(file)
      for (let byte = 128; byte < bytes.length; byte += 131) {
        const changed = Buffer.from(bytes)
        changed[byte]! ^= 0x10
        writeFileSync(file, changed)
        const answer = await answerQuestion(asked({}), sourcesOf(path))
        expect(sumOf(answer) + damagedRows(answer), `${name} at ${byte}`).toBe(records.length)
        if (damagedRows(answer) > 0) damaged += 1
      }
      writeFileSync(file, bytes)
    }
    expect(damaged).toBeGreaterThan(20)
  })

  test('a segment that ends too early answers with what is whole, and coverage names the damage', async () => {
    const path = scratchDirectory()
    writeLog(path, records, [300])
    const name = readdirSync(path).find((one) => one.startsWith('S-'))!
    const length = readFileSync(join(path, name)).length
    for (const cut of [length - 1, length - 20, Math.floor(length / 2), 130]) {
      truncateSync(join(path, name), cut)
      const answer = await answerQuestion(asked({}), sourcesOf(path))
      const isNamed = answer.coverage[0]!.gaps.some(({ reason }) => reason === gapReason.damaged)
      expect([sumOf(answer) >= 300, isNamed], `cut at ${cut} of ${length}`).toEqual([true, true])
    }
  })
})
