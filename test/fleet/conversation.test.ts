import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { HostConversation } from '../../src/fleet/conversation.ts'
import { RefusedError, type Asked } from '../../src/host/serve/served.ts'
import { fleetLimits } from '../../src/model/fleet-limits.ts'
import { millis, seconds } from '../../src/model/quantity.ts'
import { greetingOf, servedLink } from './link-in-memory.ts'

const bytes = (text: string) => Buffer.from(text)
const words = (answer: Uint8Array) => Buffer.from(answer).toString()
function gate() {
  let open: () => void = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

const console_ = greetingOf('near')

describe('a console and a host', () => {
  const open: HostConversation[] = []
  afterEach(() => open.splice(0).forEach((one) => one.close()))
  const talk = (...args: Parameters<typeof servedLink>) => {
    const { link, host } = servedLink(...args)
    const conversation = new HostConversation(link, console_)
    open.push(conversation)
    return { conversation, host, link }
  }

  test('talk over any noise of start-up files', async () => {
    const noise = 'Welcome!\n{"not":"json"}\ne2etop-serve 0123\n\0\xff'
    const { conversation } = talk({ answer: async ({ question }: Asked) => question }, noise)
    expect(await conversation.opened).toMatchObject({ host: 'far', version: '0.1.0' })
    const reply = await conversation.ask(bytes('who?'), seconds(1))
    expect(reply).toEqual({ kind: 'answer', answer: bytes('who?') })
  })

  test('give up on a program that only makes noise', async () => {
    const noisy = talk({}, 'x'.repeat(fleetLimits.serveNoiseBytesMax + 1))
    expect(await noisy.conversation.opened).toMatchObject({ kind: 'misunderstood' })
    expect(noisy.conversation.loss).toMatchObject({ kind: 'misunderstood' })
  })

  test('have several questions open, and answers find theirs in any order', async () => {
    const first = gate()
    const answer = async ({ question }: Asked) => {
      if (words(question) === 'slow') await first.opened
      return bytes(`to ${words(question)}`)
    }
    const { conversation } = talk({ answer })
    const slow = conversation.ask(bytes('slow'), seconds(5))
    const quick = await conversation.ask(bytes('quick'), seconds(5))
    expect(quick).toEqual({ kind: 'answer', answer: bytes('to quick') })
    first.open()
    expect(await slow).toEqual({ kind: 'answer', answer: bytes('to slow') })
  })

  test('work on two questions at once, let eight wait and refuse one more', async () => {
    const passing = gate()
    let [running, most] = [0, 0]
    const answer = async ({ question }: Asked) => {
      most = Math.max(most, ++running)
      await passing.opened
      running--
      return question
    }
    const { conversation } = talk({ answer })
    const asked = fleetLimits.serveRunningMax + fleetLimits.serveWaitingMax
    const replies = Array.from({ length: asked }, (_, i) =>
      conversation.ask(bytes(`${i}`), seconds(5)),
    )
    expect(await conversation.ask(bytes('more'), seconds(5))).toMatchObject({
      kind: 'refused',
      code: 'busy',
    })
    passing.open()
    expect((await Promise.all(replies)).map(({ kind }) => kind)).toEqual(
      Array.from({ length: asked }, () => 'answer'),
    )
    expect(most).toBe(fleetLimits.serveRunningMax)
  })

  test('call an answer late that does not come, and tell the host to stop', async () => {
    let stopped = false
    const answer = ({ stop }: Asked) =>
      new Promise<Uint8Array>((resolve) =>
        stop.addEventListener('abort', () => {
          stopped = true
          resolve(bytes('too late'))
        }),
      )
    const { conversation } = talk({ answer })
    expect(await conversation.ask(bytes('?'), millis(20))).toEqual({ kind: 'late' })
    await vi.waitFor(() => expect(stopped).toBe(true))
  })

  test('tell why a question is refused, in clean words', async () => {
    const answer = () => Promise.reject(new RefusedError('no', 'not \x1b[2J you'))
    const { conversation } = talk({ answer })
    const why = 'not \ufffd[2J you'
    expect(await conversation.ask(bytes('?'), seconds(1))).toEqual({
      kind: 'refused',
      code: 'no',
      why,
    })
  })

  test('refuse an answer that is longer than a message, and pass one that is not', async () => {
    const answer = async ({ question }: Asked) => new Uint8Array(Number(words(question)))
    const { conversation } = talk({ answer })
    const longest = fleetLimits.serveFrameBytesMax - 5
    const whole = await conversation.ask(bytes(`${longest}`), seconds(5))
    expect(whole.kind === 'answer' && whole.answer.length).toBe(longest)
    expect(await conversation.ask(bytes(`${longest + 1}`), seconds(5))).toMatchObject({
      kind: 'refused',
      code: 'too long',
    })
  })

  test('watch until one leaves', async () => {
    const told: string[] = []
    let left = false
    const watch = async function* (query: Uint8Array) {
      try {
        for (let i = 0; ; i++) {
          yield bytes(`${words(query)} ${i}`)
          await pause(1)
        }
      } finally {
        left = true
      }
    }
    const { conversation } = talk({ watch })
    const three = gate()
    const view = conversation.watch(bytes('flows'), millis(1), (reply) => {
      if (reply.kind === 'answer') told.push(words(reply.answer))
      if (told.length === 3) three.open()
    })
    await three.opened
    view.leave()
    expect(told.slice(0, 3)).toEqual(['flows 0', 'flows 1', 'flows 2'])
    await vi.waitFor(() => expect(left).toBe(true))
  })

  test('measure the offset of the clocks', async () => {
    const { conversation } = talk({})
    await vi.waitFor(() => expect(conversation.clock.measured).toBeDefined())
    const { offset, error } = conversation.clock.measured!
    expect(Math.abs(offset - 90_000)).toBeLessThanOrEqual(error + 2)
  })

  test('say which of them is too old or too new', async () => {
    const older = talk({}, '', greetingOf('far', { protocol: 0, oldest: 0, version: '0.0.9' }))
    expect(await older.conversation.opened).toEqual({
      kind: 'misunderstood',
      why: 'it runs e2etop 0.0.9, which is too old for this one; update it there',
    })
    const newer = talk({}, '', greetingOf('far', { protocol: 9, oldest: 8, version: '9.0.0' }))
    expect(await newer.conversation.opened).toMatchObject({ kind: 'misunderstood' })
    const both = talk({}, '', greetingOf('far', { protocol: 9, oldest: 1, version: '9.0.0' }))
    expect(await both.conversation.opened).toMatchObject({ host: 'far' })
  })

  test('the host ends when its console goes', async () => {
    const { conversation, host } = talk({})
    await conversation.opened
    conversation.close()
    expect(await host).toEqual({ kind: 'gone' })
  })
})
