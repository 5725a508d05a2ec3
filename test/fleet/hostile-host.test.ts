import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { answerOfHost } from '../../src/fleet/answer-of-host.ts'
import { HostConversation } from '../../src/fleet/conversation.ts'
import type { Loss } from '../../src/fleet/reply.ts'
import { serveConsole } from '../../src/host/serve/serve-console.ts'
import { encodeFrame } from '../../src/model/frame.ts'
import { fleetLimits } from '../../src/model/fleet-limits.ts'
import { hostTime, seconds } from '../../src/model/quantity.ts'
import { emptyPartial } from '../../src/query/aggregate/merge-partials.ts'
import { ColumnMemory } from '../../src/query/encoding/answer-columns.ts'
import { encodePartial } from '../../src/query/encoding/partial-bytes.ts'
import type { PartialAnswer } from '../../src/query/partial-answer.ts'
import { PartialGroups } from '../../src/query/partial-groups.ts'
import type { Question } from '../../src/query/question.ts'
import { askerLine, serverLine } from '../../src/query/serve/opening.ts'
import { encodeServe, type ServerMessage } from '../../src/query/serve/serve-message.ts'
import { plenty } from '../query/run/random-questions.ts'
import { wholeCoverage } from '../sim/whole-coverage.ts'
import { greetingOf, linkInMemory } from './link-in-memory.ts'

const tick = () => new Promise((done) => setImmediate(done))
const json = (text: string) => encodeFrame(1, Buffer.from(text))

describe('a host that is hostile', () => {
  const open: HostConversation[] = []
  afterEach(() => open.splice(0).forEach((one) => one.close()))

  /** A conversation whose host says what the test says, after the right line. */
  async function talk() {
    const { link, input, output } = linkInMemory()
    const conversation = new HostConversation(link, greetingOf('far'))
    open.push(conversation)
    const first = (await new Promise<Buffer>((take) => input.once('data', take))).toString()
    input.resume()
    output.write(serverLine(first.slice('e2etop-ask '.length, first.indexOf('\n'))))
    const say = async (...pieces: readonly Uint8Array[]) => {
      for (const piece of pieces) output.write(piece)
      await tick()
      await tick()
    }
    const greet = () => say(encodeServe({ kind: 'greeting', greeting: greetingOf('far') }))
    return { conversation, say, greet }
  }
  const lossOf = (conversation: HostConversation) =>
    conversation.loss as Extract<Loss, { kind: 'misunderstood' }> | undefined

  test('that repeats what it is told is not taken for one', async () => {
    const { link, input, output } = linkInMemory()
    const conversation = new HostConversation(link, greetingOf('far'))
    open.push(conversation)
    input.pipe(output)
    expect(
      await Promise.race([
        conversation.opened,
        tick()
          .then(tick)
          .then(() => 'nothing'),
      ]),
    ).toBe('nothing')
  })

  test('that announces a message of a gigabyte is left at once', async () => {
    const { conversation, greet, say } = await talk()
    await greet()
    const head = Buffer.alloc(5)
    head.writeUInt32LE(2 ** 30)
    const asked = conversation.ask(Buffer.from('?'), seconds(9))
    await say(head)
    expect(lossOf(conversation)?.why).toBe('a message of 1073741824 bytes is past the limit')
    expect(await asked).toMatchObject({ kind: 'lost' })
  })

  test('may send a message of the longest length, and none longer', async () => {
    const message = (length: number) => {
      const frame = Buffer.alloc(4 + length)
      frame.writeUInt32LE(length)
      frame[4] = 99
      return frame
    }
    const { conversation, greet, say } = await talk()
    await greet()
    await say(message(fleetLimits.serveFrameBytesMax))
    expect(conversation.loss).toBeUndefined()
    await say(message(fleetLimits.serveFrameBytesMax + 1))
    expect(conversation.loss).toMatchObject({ kind: 'misunderstood' })
  })

  test('that answers what nobody asked changes nothing', async () => {
    const { conversation, greet, say } = await talk()
    await greet()
    const stray: ServerMessage[] = [
      { kind: 'answer', id: 77, answer: Buffer.from('x') },
      { kind: 'refused', id: 78, refusal: { code: 'x', message: 'x' } },
      { kind: 'pong', id: 79, at: hostTime(5) },
    ]
    const before = conversation.clock.measured
    await say(...stray.map(encodeServe))
    expect(conversation.loss).toBeUndefined()
    expect(conversation.clock.measured).toEqual(before)
  })

  test('is left for a greeting that is not one', async () => {
    const deep = '['.repeat(100_000)
    const greetings = [
      deep + ']'.repeat(100_000),
      deep,
      '{"__proto__":{"protocol":1,"oldest":1,"version":"1","host":"far","at":1}}',
      '{"protocol":1e999,"oldest":1,"version":"1","host":"far","at":1}',
      '{"protocol":NaN,"oldest":1,"version":"1","host":"far","at":1}',
      '{"protocol":1,"oldest":1,"version":"1","host":"far","at":null}',
      '{"protocol":1,"oldest":1,"version":{},"host":"far","at":1}',
      'null',
      '',
    ]
    for (const greeting of greetings) {
      const { conversation, say } = await talk()
      await say(json(greeting))
      expect(await conversation.opened, greeting.slice(0, 60)).toMatchObject({
        kind: 'misunderstood',
      })
    }
  })

  test('is left when it greets twice, or not first', async () => {
    const twice = await talk()
    await twice.greet()
    await twice.greet()
    expect(lossOf(twice.conversation)?.why).toBe('it greets twice')
    const never = await talk()
    await never.say(encodeServe({ kind: 'pong', id: 1, at: hostTime(1) }))
    expect(lossOf(never.conversation)?.why).toBe('it does not greet')
  })

  test('has no way to the terminal', async () => {
    const { conversation, say } = await talk()
    const evil = '\x1b]0;owned\x07\x9b2J\u202eabc'
    const greeting = greetingOf(evil, { version: evil.repeat(50) })
    await say(encodeServe({ kind: 'greeting', greeting }))
    const opened = await conversation.opened
    const asked = conversation.ask(Buffer.from('?'), seconds(9))
    // The first question's id: the first ping had the one before.
    const refusal = { code: evil, message: evil }
    await say(encodeServe({ kind: 'refused', id: 2, refusal }))
    const told = JSON.stringify([opened, await asked])
    // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
    expect(told).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]|\\u00[019]/)
  })

  test('whatever it says, the console stands', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.integer({ min: 0, max: 12 }), fc.uint8Array({ maxLength: 60 }))
        .map(([kind, payload]) => encodeFrame(kind, payload)),
      fc.json().map(json),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.boolean(), async (pieces, greets) => {
        const { conversation, greet, say } = await talk()
        if (greets) await greet()
        const asked = conversation.ask(Buffer.from('?'), seconds(9))
        await say(...pieces)
        conversation.close()
        expect(['answer', 'refused', 'lost']).toContain((await asked).kind)
      }),
      { numRuns: 300 },
    )
  })
})

describe('an answer of a host', () => {
  const question: Question = {
    range: { from: hostTime(0), to: hostTime(1_000) },
    by: [
      { kind: 'field', field: 'host' },
      { kind: 'field', field: 'user' },
    ],
    measures: [{ kind: 'sum', of: 'bytes' }],
    booking: 'at end',
    groupsSent: 10,
    budget: plenty,
  }
  const answer = (hosts: readonly string[], keys: readonly string[]): PartialAnswer => ({
    ...emptyPartial(question),
    groups: PartialGroups.of(
      question.measures,
      keys.map((host, i) => ({
        key: [host, `user${i}`],
        states: [{ kind: 'total', value: 5 }],
        unsent: undefined,
      })),
    ),
    coverage: hosts.map((host) => wholeCoverage(host, question)),
  })
  const answerOfWeb1 = (bytes: Uint8Array) =>
    answerOfHost(question, { name: 'web1', bytes }, new ColumnMemory())
  const judged = (hosts: readonly string[], keys: readonly string[]) =>
    answerOfWeb1(encodePartial(question, answer(hosts, keys)))

  test('is about that host alone', () => {
    expect(judged(['web1'], ['web1', 'web1']).ok).toBe(true)
    const foreign = { ok: false, why: 'it answers for another host' }
    expect(judged(['web2'], [])).toEqual(foreign)
    expect(judged(['web1', 'web2'], [])).toEqual(foreign)
    expect(judged([], [])).toEqual(foreign)
    expect(judged(['web1'], ['web1', 'web2'])).toEqual(foreign)
  })

  test('in bytes that are none is refused by a reason', () => {
    const told = answerOfWeb1(Buffer.from('{"groups":[]}'))
    expect(told).toMatchObject({ ok: false })
  })
})

describe('a console that is hostile', () => {
  const served = {
    answer: async ({ question }: { question: Uint8Array }) => question,
    records: async function* ({ question }: { question: Uint8Array }) {
      yield question
    },
    watch: async function* (query: Uint8Array) {
      yield query
    },
  }
  const settings = { greeting: greetingOf('far'), served, now: () => hostTime(1) }

  test('is left where it does not begin as one', async () => {
    for (const first of ['GET / HTTP/1.1\r\n', 'x'.repeat(200), `e2etop-ask ${'g'.repeat(32)}\n`]) {
      const { input, output } = linkInMemory()
      const end = serveConsole({ input, output }, settings)
      input.write(first)
      expect(await end, first).toMatchObject({ kind: 'misunderstood' })
    }
  })

  test('is left where it uses an id twice', async () => {
    const { input, output } = linkInMemory()
    const never = { ...served, answer: () => new Promise<Uint8Array>(() => {}) }
    const end = serveConsole({ input, output }, { ...settings, served: never })
    const ask = encodeServe({ kind: 'ask', id: 1, deadline: seconds(1), question: Buffer.of() })
    input.write(askerLine('0'.repeat(32)))
    input.write(ask)
    input.write(ask)
    expect(await end).toEqual({ kind: 'misunderstood', why: 'the id 1 is in use' })
  })

  test('whatever it says, the host stands', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.integer({ min: 0, max: 12 }), fc.uint8Array({ maxLength: 60 }))
        .map(([kind, payload]) => encodeFrame(kind, payload)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const { input, output } = linkInMemory()
        output.resume()
        const end = serveConsole({ input, output }, settings)
        input.write(askerLine('0'.repeat(32)))
        for (const one of pieces) input.write(one)
        await tick()
        input.end()
        expect(['gone', 'misunderstood']).toContain((await end).kind)
      }),
      { numRuns: 300 },
    )
  })
})
