import { afterEach, describe, expect, test, vi } from 'vitest'
import { Fleet } from '../../src/fleet/fleet.ts'
import { Gate } from '../../src/fleet/gate.ts'
import type { HostLink } from '../../src/fleet/host-link.ts'
import { FleetMember } from '../../src/fleet/member.ts'
import type { ConnectOutcome } from '../../src/fleet/ssh/connect-outcome.ts'
import { fleetLimits } from '../../src/model/fleet-limits.ts'
import { limits } from '../../src/model/limits.ts'
import { spoken } from '../../src/query/serve/opening.ts'
import { servedLink } from './link-in-memory.ts'

/** A fleet whose connections are the test's. */
function fleetOf(hosts: readonly string[], connect: (name: string) => Promise<ConnectOutcome>) {
  const greeting = { ...spoken, version: '1' }
  return new Fleet({ hosts, connect, command: 'serve', greeting, close: () => {} })
}

describe('hosts of a fleet', () => {
  afterEach(() => vi.useRealTimers())

  test('that are lost all at once are let in again a few at a time, and leave no connection behind', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `web${i}`)
    const links = new Map<string, HostLink>()
    let [connecting, most, open] = [0, 0, 0]
    const fleet = fleetOf(names, async (name) => {
      most = Math.max(most, ++connecting)
      await new Promise((done) => setTimeout(done, 2))
      connecting -= 1
      open += 1
      const { link } = servedLink({})
      links.set(name, link)
      const run = async () => ({ kind: 'running', link }) as const
      const forward = () => Promise.reject(new Error('not here'))
      const closed = new Promise<void>(() => {})
      const close = () => void (open -= 1)
      return { kind: 'connected', connection: { note: '', run, forward, close, closed } }
    })
    const openAll = async () => {
      const opened = await Promise.all(fleet.members.map((member) => member.open()))
      expect(opened.filter(({ kind }) => kind === 'open').length).toBe(names.length)
    }
    await openAll()
    for (const link of links.values()) link.close()
    await new Promise((done) => setImmediate(done))
    await openAll()
    expect(most).toBe(fleetLimits.fleetConnectingMax)
    expect(open).toBe(names.length)
    fleet.close()
    await new Promise((done) => setImmediate(done))
    expect(open).toBe(0)
  })

  test('that have logged in and say nothing are let go at once by who leaves', async () => {
    let isOpen = true
    const fleet = fleetOf(['web1'], async () => {
      const ended = new Promise<void>(() => {})
      const close = () => void (isOpen = false)
      const run = () => new Promise<never>(() => {})
      const forward = () => Promise.reject(new Error('not here'))
      return { kind: 'connected', connection: { note: '', run, forward, close, closed: ended } }
    })
    void fleet.members[0]!.open()
    await new Promise((done) => setImmediate(done))
    fleet.close()
    expect(isOpen).toBe(false)
  })

  test('that are gone do not keep those waiting that are there', async () => {
    const dead = Array.from({ length: fleetLimits.fleetConnectingFirst }, (_, i) => `gone${i}`)
    const fleet = fleetOf([...dead, 'web1'], (name) => {
      if (name !== 'web1') return new Promise(() => {})
      const { link } = servedLink({})
      const run = async () => ({ kind: 'running', link }) as const
      const forward = () => Promise.reject(new Error('not here'))
      const connection = { note: '', run, forward, close() {}, closed: new Promise<void>(() => {}) }
      return Promise.resolve({ kind: 'connected', connection })
    })
    const [web1] = fleet.members.map((member) => member.open()).slice(-1)
    expect(await web1).toMatchObject({ kind: 'open' })
    fleet.close()
  })

  test('of which one is slow each time tell so once, until it was quick', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const begun: number[] = []
    let [ms, link] = [0, servedLink({}).link]
    const slow = fleetLimits.fleetSlowBeginMs + 1
    const member = new FleetMember('web1', {
      connect: async () => {
        link = servedLink({}).link
        const run = async () => {
          vi.advanceTimersByTime(ms)
          return { kind: 'running', link } as const
        }
        const forward = () => Promise.reject(new Error('not here'))
        const closed = new Promise<void>(() => {})
        return { kind: 'connected', connection: { note: '', run, forward, close() {}, closed } }
      },
      inTurn: (work) => new Gate(1).pass(work),
      onBegun: (took) => void begun.push(took),
      command: 'serve',
      greeting: { ...spoken, version: '1' },
    })
    for (ms of [slow, slow, 5, slow]) {
      expect(await member.open()).toMatchObject({ kind: 'open' })
      link.close()
      await new Promise((done) => setImmediate(done))
    }
    expect(begun).toEqual([slow, 5, slow])
    member.close()
  })

  test('that cannot be reached are tried again after ever longer pauses, up to the longest', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const tries: number[] = []
    const fleet = fleetOf(['web1'], async () => {
      tries.push(performance.now())
      return { kind: 'unreachable', why: 'nobody there' }
    })
    for (let ms = 0; ms < 60_000; ms += 50) {
      await fleet.members[0]!.open()
      vi.advanceTimersByTime(50)
    }
    const pauses = tries.slice(1).map((at, i) => at - tries[i]!)
    expect(pauses[0]).toBe(limits.reconnectMsMin)
    expect(pauses.at(-1)).toBe(limits.reconnectMsMax)
    pauses.slice(1).forEach((pause, i) => {
      expect(pause).toBe(Math.min(2 * pauses[i]!, limits.reconnectMsMax))
    })
    fleet.close()
  })
})
