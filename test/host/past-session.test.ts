import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowsInMemory } from '../../src/host/flows-in-memory.ts'
import { HostError } from '../../src/host/host-error.ts'
import { PastSession } from '../../src/host/past-session.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { screenLimits } from '../../src/model/screen-limits.ts'
import type { Asking, RecordPiece } from '../../src/query/asking.ts'
import { parseFilter } from '../../src/query/filter/parse-filter.ts'
import type { HostCoverage } from '../../src/query/partial-answer.ts'
import { fieldKey } from '../../src/query/question.ts'
import { QuestionRun } from '../../src/query/run/question-run.ts'
import type { Session } from '../../src/query/session.ts'
import { allRows } from '../../src/query/run/selection.ts'
import { recordOf } from '../sim/record.ts'
import { curl } from '../sim/sample.ts'

const range = { from: hostTime(300_000), to: hostTime(600_000) }
const noSession: Session = {
  ask: () => Promise.reject(new Error('not asked')),
  watch: () => {
    throw new Error('not watched')
  },
  close() {},
}
const whole: HostCoverage = {
  host: 'here',
  asked: range,
  covered: range,
  gaps: [],
  capture: undefined,
  rowsScanned: 0,
  bytesRead: 0,
  stoppedAt: undefined,
}

/** Records of runs of the recorder, a run a list. */
function askingOf(runs: readonly (readonly FlowRecord[])[], coverage = whole) {
  const asked: unknown[] = []
  const asking: Asking = {
    ask(question) {
      asked.push('sums')
      const run = new QuestionRun(question, 'here')
      for (const [stream, records] of runs.entries())
        for (const columns of flowsInMemory(records))
          run.add({ columns, run: stream, rows: columns.rows })
      return Promise.resolve({ partial: run.answer([coverage]), silent: [] })
    },
    states: () => [],
    close() {},
    async *records(question): AsyncGenerator<RecordPiece> {
      asked.push(question.range)
      for (const [stream, records] of runs.entries())
        for (const columns of flowsInMemory(records)) {
          const by = { hostId: undefined, bootId: 'b', stream }
          yield { kind: 'records', host: 'here', by, columns, rows: allRows(columns.rows) }
        }
      yield await Promise.resolve({ kind: 'end', coverage, files: [] } as const)
    },
  }
  return { asked, session: new PastSession(noSession, () => Promise.resolve(asking)) }
}

const record = fc
  .record({
    id: fc.integer({ min: 1, max: 5 }),
    process: fc.constantFrom('curl', 'nginx'),
    txBytes: fc.nat(1e6),
    rxBytes: fc.nat(1e6),
    end: fc.integer({ min: 300_000, max: 599_999 }).map((ms) => hostTime(ms)),
  })
  .map(({ process, ...fields }) =>
    recordOf({ ...fields, start: fields.end, owner: { ...curl, process } }),
  )

describe('a session with a past', () => {
  test('totals of a time too long to list its flows are summed by the hosts, and are the same', async () => {
    const runs = fc.array(fc.array(record, { maxLength: 12 }), { maxLength: 3 })
    const by = [fieldKey('protocol')]
    const long = { from: hostTime(0), to: hostTime(screenLimits.pastWindowLengthMax + 1) }
    const sums = async (session: Session, of: typeof range) => {
      const { rows, coverage } = await session.ask({ kind: 'totals', by, range: of })
      expect(coverage).toMatchObject(of)
      if (rows.kind !== 'totals') throw new Error('no totals')
      return rows.groups.map(({ key, txBytes, rxBytes }) => [key[0], txBytes, rxBytes])
    }
    await fc.assert(
      fc.asyncProperty(runs, async (lists) => {
        const { session, asked } = askingOf(lists)
        expect(await sums(session, long)).toEqual(await sums(session, range))
        expect(asked).toEqual(['sums', range])
      }),
    )
  })

  test('rows and totals of a window are the sums of its records, each flow once', async () => {
    const runs = fc.array(fc.array(record, { maxLength: 12 }), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(runs, async (lists) => {
        const { session } = askingOf(lists)
        const { rows } = await session.ask({ kind: 'flows', range })
        const totals = await session.ask({ kind: 'totals', by: [fieldKey('protocol')], range })
        const sum = lists.flat().reduce((all, { txBytes, rxBytes }) => all + txBytes + rxBytes, 0)
        const names = new Set(lists.flatMap((list, run) => list.map(({ id }) => `${run} ${id}`)))
        const flows = rows.kind === 'flows' ? rows.flows : []
        const groups = totals.rows.kind === 'totals' ? totals.rows.groups : []
        const bytes = (all: readonly { txBytes: number; rxBytes: number }[]) =>
          all.reduce((total, { txBytes, rxBytes }) => total + txBytes + rxBytes, 0)
        expect(flows).toHaveLength(names.size)
        expect(new Set(flows.map(({ id }) => id)).size).toBe(names.size)
        expect(bytes(flows)).toBe(sum)
        expect(bytes(groups)).toBe(sum)
      }),
    )
  })

  test('a filter is of whole flows of the window, which is read once', async () => {
    const records = [5, 6].map((txBytes) =>
      recordOf({ id: 1, txBytes, rxBytes: 0, endReason: 'active', end: hostTime(400_000) }),
    )
    const { session, asked } = askingOf([records])
    const parsed = parseFilter('tx > 10')
    if (!parsed.ok) throw new Error('no filter')
    const answer = await session.ask({ kind: 'flows', range, where: parsed.filter })
    expect(answer.rows).toMatchObject({ flows: [{ txBytes: 11, endReason: 'open' }] })
    expect(answer.coverage).toMatchObject({ host: 'here', ...range, past: { missing: [] } })
    await session.ask({ kind: 'totals', by: [], range })
    expect(asked).toEqual([range])
  })

  test('of many hosts each flow keeps its own, and what one lacks is told with its name', async () => {
    const records = [recordOf({ id: 1, txBytes: 7, rxBytes: 0, end: hostTime(400_000) })]
    const silent = { host: 'db1', state: 'unreachable', why: 'no route' } as const
    let closed = 0
    const fleet: Asking = {
      ask: () => Promise.reject(new Error('not asked')),
      states: () =>
        [
          ...['web1', 'web2'].map((host) => ({ host, state: 'answered' as const, why: '' })),
          silent,
        ].map((state) => ({ ...state, version: undefined, clock: undefined })),
      close: () => void (closed += 1),
      async *records(): AsyncGenerator<RecordPiece> {
        yield { kind: 'silent', silent }
        for (const host of ['web1', 'web2']) {
          for (const columns of flowsInMemory(records)) {
            const by = { hostId: undefined, bootId: 'b', stream: 0 }
            yield { kind: 'records', host, by, columns, rows: allRows(columns.rows) }
          }
          const covered = host === 'web1' ? range : undefined
          yield await Promise.resolve({
            kind: 'end',
            coverage: { ...whole, host, covered },
            files: [],
          } as const)
        }
      },
    }
    const session = new PastSession(noSession, () => Promise.resolve(fleet))
    const { rows, coverage } = await session.ask({ kind: 'flows', range })
    expect(rows).toMatchObject({ hosts: ['web1', 'web2'], flows: [{ id: 0 }, { id: 1 }] })
    expect(coverage.host).toBe('heard 2 of 3 (1 unreachable)')
    expect(coverage.hosts?.map(({ state }) => state)).toEqual([
      'answered',
      'answered',
      'unreachable',
    ])
    expect(coverage.past?.missing).toEqual([
      'db1: unreachable: no route',
      'web2: nothing of the time asked for was recorded',
    ])
    const totals = await session.ask({ kind: 'totals', by: [fieldKey('host')], range })
    expect(totals.rows).toMatchObject({
      groups: [
        { key: ['web1'], txBytes: 7 },
        { key: ['web2'], txBytes: 7 },
      ],
    })
    const alone = await session.ask({ kind: 'flows', range, host: 'web1' })
    expect(alone.rows).toMatchObject({ hosts: ['web1'] })
    expect(alone.coverage).toMatchObject({ host: 'web1', past: { missing: [] } })
    // A window that lacks a host is read anew.
    expect(closed).toBe(3)
  })

  test('what the window does not cover is told, and no past is refused each time', async () => {
    const { session } = askingOf([], { ...whole, covered: undefined })
    const { coverage } = await session.ask({ kind: 'flows', range })
    expect(coverage.past?.missing).toEqual(['nothing of the time asked for was recorded'])
    const refused = new PastSession(noSession, () =>
      Promise.reject(new HostError('no log', 'there is no flow log', 'Keep one.')),
    )
    for (const _ of [1, 2])
      await expect(refused.ask({ kind: 'flows', range })).rejects.toThrow(/no flow log/)
  })

  test('watching the past is one answer; now is the session’s', async () => {
    const { session } = askingOf([])
    const answers = []
    for await (const answer of session.watch({ kind: 'flows', range }, millis(1)))
      answers.push(answer)
    expect(answers).toHaveLength(1)
    await expect(session.ask({ kind: 'flows' })).rejects.toThrow('not asked')
  })
})
