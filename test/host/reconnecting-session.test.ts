import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { HostError } from '../../src/host/host-error.ts'
import { attachedScreenRules } from '../../src/host/live-mirror.ts'
import { LiveSession } from '../../src/host/live-session.ts'
import { noPast } from '../../src/host/past-flows.ts'
import { nobodyListens, ReconnectingSession } from '../../src/host/reconnecting-session.ts'
import { gapReason } from '../../src/model/gap.ts'
import { encodeLive, type LiveMessage } from '../../src/model/live-message.ts'
import { limits } from '../../src/model/limits.ts'
import { hostTime, millis } from '../../src/model/quantity.ts'
import { fieldKey } from '../../src/query/question.ts'
import type { Answer } from '../../src/query/session.ts'
import { recordOf } from '../sim/record.ts'
import { recordingOf, statusOf } from '../sim/status.ts'

const at = (s: number) => hostTime(s * 1000)
const flows = { kind: 'flows' } as const
const totals = { kind: 'totals', by: [fieldKey('process')] } as const

/** A run of a recorder, from its first tick on. */
function run(second: number, id: number, txBytes: number) {
  const stream = new PassThrough()
  const session = new LiveSession(stream, attachedScreenRules, noPast)
  const say = (...all: LiveMessage[]) => all.forEach((one) => stream.write(encodeLive(one)))
  const down = { from: at(second - 5), to: at(second), reason: gapReason.recorderDown, count: 0 }
  const recording = recordingOf({ since: at(second), gaps: [down] })
  say(
    { kind: 'hello', hello: { protocol: 1, version: '1', host: 'web1', bootId: 'b' } },
    { kind: 'flows', flows: [recordOf({ id, txBytes, rxBytes: 0, endReason: 'open' })] },
    { kind: 'status', status: { ...statusOf(at(second)), recording } },
  )
  return { session, stream }
}

/** A recorder that answers only after as many attempts as there are reasons, and the pauses before each. */
function returning(first: LiveSession, reasons: string[], next: () => LiveSession) {
  const pauses: number[] = []
  const connect = () => {
    const why = reasons.shift()
    return why === undefined
      ? Promise.resolve(next())
      : Promise.reject(new HostError(why === 'nobody' ? nobodyListens : 'other', why, ''))
  }
  const session = new ReconnectingSession(first, connect, (length) => {
    pauses.push(length)
    return Promise.resolve()
  })
  return { session, pauses }
}

const shown = ({ rows, coverage: { from, stale } }: Answer) => ({
  rows:
    rows.kind === 'flows'
      ? rows.flows.map(({ id, txBytes }) => [id, txBytes])
      : rows.groups.map(({ txBytes }) => txBytes),
  from,
  stale,
})

describe('a session at a recorder that ends', () => {
  test('goes on with the next run, whose coverage begins after the gap and names it', async () => {
    const first = run(100, 1, 5000)
    const { session } = returning(first.session, [], () => run(200, 1, 7).session)
    const answers = session.watch(flows, millis(0))
    expect(shown((await answers.next()).value as Answer)).toMatchObject({ from: at(100) })
    first.stream.destroy()
    expect(shown((await answers.next()).value as Answer)).toEqual({
      rows: [[1, 5000]],
      from: at(100),
      stale: 'the recorder has ended; trying again',
    })
    const next = (await answers.next()).value as Answer
    expect(shown(next)).toEqual({ rows: [[1, 7]], from: at(200), stale: undefined })
    expect(next.coverage.gaps).toMatchObject([{ reason: 'recorder down', to: at(200) }])
    expect(shown(await session.ask(flows)).from).toBe(at(200))
    session.close()
  })

  test('all who watch share one connection, and hear why it takes so long', async () => {
    const first = run(100, 1, 5000)
    let connections = 0
    const { session } = returning(first.session, ['nobody', 'nobody', 'too many'], () => {
      connections += 1
      return run(200, 1, 7).session
    })
    const hear = async (query: typeof flows | typeof totals) => {
      const heard: (string | undefined)[] = []
      for await (const { coverage } of session.watch(query, millis(0))) {
        heard.push(coverage.stale)
        if (coverage.from === at(200)) return heard
      }
      throw new Error('ended')
    }
    const watchers = [hear(flows), hear(totals)]
    await session.ask(flows)
    first.stream.destroy()
    for (const heard of await Promise.all(watchers))
      expect(heard).toEqual([
        undefined,
        'the recorder has ended; trying again',
        'too many; trying again',
        undefined,
      ])
    expect(connections).toBe(1)
    session.close()
  })

  test('waits longer before each attempt, up to 5 s, and shortly again at the next end', async () => {
    const runs = [run(200, 1, 7), run(300, 1, 8)]
    const first = run(100, 1, 5000)
    const reasons = Array.from({ length: 7 }, () => 'nobody')
    let connected = 0
    const { session, pauses } = returning(first.session, reasons, () => runs[connected++]!.session)
    const answers = session.watch(flows, millis(0))
    const until = async (second: number) => {
      for (;;) {
        const { value } = (await answers.next()) as { value: Answer }
        if (value.coverage.from === at(second)) return
      }
    }
    await until(100)
    first.stream.destroy()
    await until(200)
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000, 5000])
    runs[0]!.stream.destroy()
    await until(300)
    expect(pauses.slice(8)).toEqual([limits.reconnectMsMin])
    session.close()
  })

  test('an attempt that is under way when it is closed leaves no connection open', async () => {
    const first = run(100, 1, 5000)
    const late = run(200, 1, 7)
    const { session } = returning(first.session, [], () => {
      session.close()
      return late.session
    })
    const answers = session.watch(flows, millis(0))
    await answers.next()
    first.stream.destroy()
    await answers.next()
    expect((await answers.next()).done).toBe(true)
    expect(late.stream.destroyed).toBe(true)
  })

  test('one who only asks gets the last answer until the recorder is back', async () => {
    const first = run(100, 1, 5000)
    const { session } = returning(first.session, [], () => run(200, 1, 7).session)
    await session.ask(flows)
    first.stream.destroy()
    await new Promise((resolve) => first.stream.on('close', resolve))
    expect(shown(await session.ask(flows)).stale).toBe('the recorder has ended; trying again')
    await expect.poll(async () => (await session.ask(flows)).coverage.from).toBe(at(200))
    session.close()
  })
})
