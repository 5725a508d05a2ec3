import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { screenRules } from '../../src/host/live-mirror.ts'
import { LiveSession } from '../../src/host/live-session.ts'
import { encodeFrame } from '../../src/model/frame.ts'
import { encodeLive, type LiveMessage } from '../../src/model/live-message.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis, seconds } from '../../src/model/quantity.ts'
import type { Filter } from '../../src/query/filter/filter.ts'
import { parseFilter } from '../../src/query/filter/parse-filter.ts'
import { fieldKey } from '../../src/query/question.ts'
import type { Answer } from '../../src/query/session.ts'
import { recordOf } from '../sim/record.ts'
import { curl } from '../sim/sample.ts'
import { statusOf } from '../sim/status.ts'

const at = (s: number) => hostTime(s * 1000)
const flows = { kind: 'flows' } as const
const byProcess = { kind: 'totals', by: [fieldKey('process')] } as const
const open = (id: number, txBytes: number) =>
  recordOf({ id, txBytes, rxBytes: 0, endReason: 'open', end: at(1) })

/** A session, and the recorder's end of its stream. */
function sessionOf(rules = screenRules) {
  const stream = new PassThrough()
  const session = new LiveSession(stream, rules)
  const say = (...messages: LiveMessage[]) => messages.forEach((m) => stream.write(encodeLive(m)))
  say({ kind: 'hello', hello: { protocol: 1, version: '1', host: 'web1', bootId: 'b' } })
  const tick = (second: number, ...rows: ReturnType<typeof recordOf>[]) =>
    say({ kind: 'flows', flows: rows }, { kind: 'status', status: statusOf(at(second)) })
  return { stream, session, say, tick }
}

function filterOf(text: string): Filter {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.filter
}

/** What is read of a stream is read in a later turn. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
const bytesOf = ({ rows }: Answer) =>
  rows.kind === 'flows' ? rows.flows.map(({ id, txBytes }) => [id, txBytes]) : []
const groupsOf = ({ rows }: Answer) => (rows.kind === 'totals' ? rows.groups : [])

describe('a session over a live stream', () => {
  test('the first answer waits for a whole tick', async () => {
    const { session, say, tick } = sessionOf()
    const answer = session.ask(flows)
    say({ kind: 'flows', flows: [open(1, 5)] })
    await settled()
    tick(1, open(2, 6))
    expect(bytesOf(await answer)).toEqual([
      [1, 5],
      [2, 6],
    ])
    expect((await answer).coverage).toMatchObject({ host: 'web1', to: at(1), stale: undefined })
  })

  test('a newer row takes the place of the older one, and an ended flow stays for a minute', async () => {
    const { session, tick } = sessionOf()
    tick(1, open(1, 5), open(2, 1))
    tick(2, open(1, 7))
    tick(3, { ...open(2, 3), endReason: 'end detected', end: at(3) })
    await settled()
    expect(bytesOf(await session.ask(flows))).toEqual([
      [1, 7],
      [2, 3],
    ])
    tick(62)
    await settled()
    expect(bytesOf(await session.ask(flows))).toHaveLength(2)
    tick(63)
    await settled()
    expect(bytesOf(await session.ask(flows))).toEqual([[1, 7]])
  })

  test('totals keep what left the rows', async () => {
    const { session, tick } = sessionOf()
    tick(1, { ...open(1, 100), endReason: 'end detected', end: at(1) })
    tick(100, open(2, 11), { ...open(3, 7), owner: { ...curl, process: 'wget' } })
    await settled()
    expect(groupsOf(await session.ask(byProcess))).toMatchObject([
      { key: ['curl'], txBytes: 111, flows: 2, openFlows: 1 },
      { key: ['wget'], txBytes: 7, flows: 1, openFlows: 1 },
    ])
    expect((await session.ask(flows)).coverage.flowsLetGo).toBe(1)
  })

  test('with a filter, rows and totals are of its flows, those let go since it was first asked included', async () => {
    const { session, tick } = sessionOf()
    const where = filterOf('process wget')
    const ended = (id: number, process: string, txBytes: number) => ({
      ...open(id, txBytes),
      owner: { ...curl, process },
      endReason: 'end detected' as const,
    })
    tick(1, ended(1, 'wget', 100), ended(2, 'curl', 1))
    await settled()
    expect(bytesOf(await session.ask({ ...flows, where }))).toEqual([[1, 100]])
    tick(100, { ...open(3, 7), owner: { ...curl, process: 'wget' } }, open(4, 1))
    await settled()
    const answer = await session.ask({ ...byProcess, where })
    expect(groupsOf(answer)).toMatchObject([{ key: ['wget'], txBytes: 107, flows: 2 }])
    expect(answer.coverage).toMatchObject({
      flowsLetGo: 1,
      filter: { text: 'process wget', flowsUntested: 0 },
    })
    expect((await session.ask(flows)).coverage.filter).toBeUndefined()
  })

  test('a filter first asked after flows were let go says how many it could not test', async () => {
    const { session, tick } = sessionOf()
    tick(1, { ...open(1, 100), endReason: 'end detected', end: at(1) })
    tick(100, open(2, 11))
    await settled()
    const answer = await session.ask({ ...byProcess, where: filterOf('tcp') })
    expect(groupsOf(answer)).toMatchObject([{ txBytes: 11, flows: 1 }])
    expect(answer.coverage).toMatchObject({ flowsLetGo: 0, filter: { flowsUntested: 1 } })
  })

  test('one filter past the limit forgets the one asked for longest ago', async () => {
    const { session, tick } = sessionOf()
    const untested = async (port: number) =>
      (await session.ask({ ...flows, where: filterOf(`port ${port}`) })).coverage.filter
        ?.flowsUntested
    tick(1, { ...open(1, 1), endReason: 'end detected', end: at(1) })
    await settled()
    for (let port = 1; port <= limits.filtersKept; port++) await untested(port)
    tick(100)
    await settled()
    expect(await untested(1)).toBe(0)
    expect(await untested(limits.filtersKept + 1)).toBe(1)
    expect([await untested(1), await untested(2)]).toEqual([0, 1])
  })

  test('one ended flow past the limit lets the oldest go, counted', async () => {
    const { session, tick } = sessionOf({ endedFor: seconds(60), endedMax: 2, countFrom: 'flow' })
    const ended = (id: number) => ({ ...open(id, id), endReason: 'end detected' as const })
    tick(1, ended(1), ended(2))
    await settled()
    expect((await session.ask(flows)).coverage.flowsLetGo).toBe(0)
    tick(2, ended(3))
    await settled()
    const answer = await session.ask(flows)
    expect(bytesOf(answer).map(([id]) => id)).toEqual([2, 3])
    expect(answer.coverage.flowsLetGo).toBe(1)
  })

  test('after a reset, flows that are not told again have ended unseen', async () => {
    const { session, say, tick } = sessionOf()
    tick(1, open(1, 5), open(2, 6))
    say({ kind: 'reset' })
    tick(2, open(2, 8))
    await settled()
    const { rows } = await session.ask(flows)
    expect(rows.kind === 'flows' && rows.flows).toMatchObject([
      { id: 2, txBytes: 8, endReason: 'open' },
      { id: 1, txBytes: 5, endReason: 'lack of resources' },
    ])
  })

  test('a watch gives each tick, then the last rows marked stale, then ends', async () => {
    const { session, stream, tick } = sessionOf()
    const answers = session.watch(flows, seconds(1))
    tick(1, open(1, 5))
    expect((await answers.next()).value).toMatchObject({ coverage: { to: at(1) } })
    const second = answers.next()
    tick(2, open(1, 6))
    expect((await second).value).toMatchObject({ coverage: { to: at(2), stale: undefined } })
    const last = answers.next()
    stream.destroy()
    expect((await last).value).toMatchObject({
      coverage: { to: at(2), stale: 'the recorder has ended' },
      rows: { flows: [{ txBytes: 6 }] },
    })
    expect((await answers.next()).done).toBe(true)
  })

  test('a watch that is left ends at once, not with the next tick', async () => {
    const { session, tick } = sessionOf()
    const left = new AbortController()
    const answers = session.watch(flows, seconds(1), left.signal)
    tick(1)
    await answers.next()
    const second = answers.next()
    left.abort()
    expect((await second).done).toBe(true)
  })

  test('a watch every 3 s skips the ticks between', async () => {
    const { session, tick } = sessionOf()
    const answers = session.watch(flows, millis(3000))
    tick(1)
    await answers.next()
    const second = answers.next()
    for (const s of [2, 3, 4]) {
      tick(s)
      await settled()
    }
    expect((await second).value).toMatchObject({ coverage: { to: at(3) } })
  })

  test("a recorder's failure before the first tick is thrown with what to do", async () => {
    const { session, say } = sessionOf()
    say({ kind: 'failure', failure: { code: 'no-btf', message: 'no BTF', next: 'newer kernel' } })
    await expect(session.ask(flows)).rejects.toMatchObject({ code: 'no-btf', next: 'newer kernel' })
  })

  test.each([
    ['damaged rows', encodeFrame(2, Uint8Array.of(1, 2, 3))],
    ['a status that is not one', encodeFrame(3, Buffer.from('{}'))],
    ['a frame of 4 GB', Uint8Array.of(255, 255, 255, 255, 1)],
    [
      'a later version',
      encodeLive({ kind: 'hello', hello: { protocol: 2, version: '9', host: 'h', bootId: 'b' } }),
    ],
  ])('%s after good rows leave these, marked stale', async (_what, bytes) => {
    const { session, stream, tick } = sessionOf()
    tick(1, open(1, 5))
    await settled()
    stream.write(bytes)
    await settled()
    const answer = await session.ask(flows)
    expect(bytesOf(answer)).toEqual([[1, 5]])
    expect(answer.coverage.stale).toMatch(/not understood/)
  })
})
