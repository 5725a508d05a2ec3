import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { Fleet } from '../../../src/fleet/fleet.ts'
import { FleetSession } from '../../../src/fleet/live/fleet-session.ts'
import type { ConnectOutcome } from '../../../src/fleet/ssh/connect-outcome.ts'
import { limits } from '../../../src/model/limits.ts'
import { hostTime, millis } from '../../../src/model/quantity.ts'
import { spoken } from '../../../src/query/serve/opening.ts'
import { LiveAnswerWriter } from '../../../src/query/serve/live-answer.ts'
import type { Answer, AnswerRows, Query } from '../../../src/query/session.ts'
import type { WhereaboutsTold } from '../../../src/query/whereabouts.ts'
import { recordOf } from '../../sim/record.ts'
import { wholeCapture } from '../../sim/status.ts'
import { greetingOf, servedLink } from '../link-in-memory.ts'

const answer = (rows: AnswerRows): Answer => ({
  rows,
  coverage: {
    host: 'its own name',
    from: hostTime(1_000),
    to: hostTime(2_000),
    capture: wholeCapture,
    flowsLetGo: 0,
    gaps: [],
    attached: true,
    stale: undefined,
  },
})
const flows = (bytes: number) =>
  answer({ kind: 'flows', flows: [recordOf({ id: 7, txBytes: bytes })] })

describe('a live view of many hosts', () => {
  const sessions: FleetSession[] = []
  afterEach(() => sessions.splice(0).forEach((one) => one.close()))

  /** `hosts`: what each answers, again and again; a text: why it cannot be reached, or `refused`, slowly when tried again. */
  function sessionOf(hosts: Record<string, Answer | string>) {
    const links = new Map<string, ReturnType<typeof servedLink>['link']>()
    const tried: string[] = []
    const quiet = new Set<string>()
    const connect = async (name: string): Promise<ConnectOutcome> => {
      const told = hosts[name]!
      if (typeof told === 'string' && tried.includes(name)) await pause(1_000)
      tried.push(name)
      if (told === 'refused') return { kind: 'refused', why: 'not you' }
      if (typeof told === 'string') return { kind: 'unreachable', why: told }
      const { link } = servedLink(
        {
          watch: async function* () {
            const writer = new LiveAnswerWriter()
            for (;;) {
              if (!quiet.has(name)) yield writer.encode(told)
              await pause(5)
            }
          },
        },
        '',
        // Its clock is right, so that no times are put back.
        greetingOf(name),
      )
      links.set(name, link)
      const run = async () => ({ kind: 'running', link }) as const
      const closed = new Promise<void>(() => {})
      const forward = () => Promise.reject(new Error('not here'))
      return { kind: 'connected', connection: { note: '', run, forward, close() {}, closed } }
    }
    const fleet = new Fleet({
      hosts: Object.keys(hosts),
      connect,
      command: 'serve',
      greeting: { ...spoken, version: '1' },
      close() {},
    })
    const session = new FleetSession(fleet)
    sessions.push(session)
    return { session, links, tried, quiet }
  }
  async function until(session: FleetSession, query: Query, test: (answer: Answer) => boolean) {
    for await (const one of session.watch(query, millis(10))) if (test(one)) return one
    throw new Error('ended')
  }

  test('has the flows of all of them, each with its host and an id of its own', async () => {
    const { session } = sessionOf({ web1: flows(1), web2: flows(2) })
    const { rows, coverage } = await until(
      session,
      { kind: 'flows' },
      (one) => one.rows.kind === 'flows' && one.rows.flows.length === 2,
    )
    if (rows.kind !== 'flows') throw new Error(rows.kind)
    expect(rows.hosts).toEqual(['web1', 'web2'])
    expect(rows.flows.map(({ txBytes }) => txBytes)).toEqual([1, 2])
    expect(new Set(rows.flows.map(({ id }) => id)).size).toBe(2)
    expect(coverage.host).toBe('web1, web2')
  })

  // By itself it would ask after a minute.
  test('asks those that refused again when told to, and joins them in place', async () => {
    const hosts: Record<string, Answer | string> = { web1: flows(1), web2: 'refused' }
    const { session } = sessionOf(hosts)
    const heard: (string | undefined)[] = []
    for await (const { coverage, rows } of session.watch({ kind: 'flows' }, millis(10))) {
      heard.push(coverage.host)
      if (heard.length === 3) {
        hosts['web2'] = flows(2)
        session.retry()
      }
      if (rows.kind === 'flows' && rows.flows.length === 2) break
    }
    expect(heard[0]).toBe('heard 1 of 2 (1 refused)')
    expect(heard.at(-1)).toBe('web1, web2')
  })

  test('has groups summed over hosts, or by host as the operator calls it', async () => {
    const group = (host: string, txBytes: number) =>
      answer({
        kind: 'totals',
        groups: [
          {
            key: [host, 'alice'],
            flows: 1,
            openFlows: 1,
            txBytes,
            rxBytes: 1,
            txPackets: 1,
            rxPackets: 1,
          },
        ],
      })
    const by = [
      { kind: 'field', field: 'host' },
      { kind: 'field', field: 'user' },
    ] as const
    const { session } = sessionOf({ web1: group('liar', 10), web2: group('web1', 5) })
    const { rows } = await until(
      session,
      { kind: 'totals', by },
      (one) => one.rows.kind === 'totals' && one.rows.groups.length === 2,
    )
    if (rows.kind !== 'totals') throw new Error(rows.kind)
    expect(rows.groups.map(({ key, txBytes }) => [key, txBytes])).toEqual([
      [['web1', 'alice'], 10],
      [['web2', 'alice'], 5],
    ])
  })

  test('tells in what each host looked countries up, and which have nothing to look them up in', async () => {
    const group = {
      key: ['DE'],
      flows: 1,
      openFlows: 1,
      txBytes: 1,
      rxBytes: 1,
      txPackets: 1,
      rxPackets: 1,
    }
    const told = (key: string | null, whereabouts: WhereaboutsTold): Answer => {
      const { rows, coverage } = answer({ kind: 'totals', groups: [{ ...group, key: [key] }] })
      return { rows, coverage: { ...coverage, whereabouts: [whereabouts] } }
    }
    const { session } = sessionOf({
      web1: told('DE', { kind: 'known', name: 'one', date: '2026-06-17' }),
      web2: told(null, { kind: 'missing', why: 'It is \x1b[2J not there.' }),
    })
    const by = [{ kind: 'field', field: 'remote_country' }] as const
    const { rows, coverage } = await until(
      session,
      { kind: 'totals', by },
      (one) => one.rows.kind === 'totals' && one.rows.groups.length === 2,
    )
    expect(rows.kind === 'totals' && rows.groups.map(({ key }) => key)).toEqual([['DE'], [null]])
    expect(coverage.whereabouts).toEqual([
      { kind: 'known', name: 'one', date: '2026-06-17' },
      { kind: 'missing', why: 'web2: It is \ufffd[2J not there.' },
    ])
  })

  test('names the hosts that are silent, and goes on with the others', async () => {
    const { session, links } = sessionOf({ web1: flows(1), web2: flows(2), db1: 'no route to it' })
    const { coverage } = await until(session, { kind: 'flows' }, (one) =>
      one.coverage.host.startsWith('heard 2'),
    )
    expect(coverage.host).toBe('heard 2 of 3 (1 unreachable)')
    expect(coverage.gaps.map(({ reason }) => reason)).toEqual(['db1: unreachable: no route to it'])
    links.get('web2')!.close()
    const later = await until(session, { kind: 'flows' }, (one) =>
      one.coverage.gaps.some(({ reason }) => reason.startsWith('web2')),
    )
    expect(later.coverage.stale).toBeUndefined()
  })

  // A cable that is pulled is noticed after 16 s; what was heard before is not of now for so long.
  test('calls a host late that is quiet, and takes it back when it speaks', async () => {
    const { session, quiet } = sessionOf({ web1: flows(1), web2: flows(2) })
    const told: string[] = []
    for await (const { coverage, rows } of session.watch({ kind: 'flows' }, millis(10))) {
      const [, { state, why } = { state: 'gone', why: '' }] = coverage.hosts ?? []
      const hosts = rows.kind === 'flows' ? rows.hosts?.join(' ') : ''
      const now = `${state} ${why} ${hosts}`
      if (state !== 'connecting' && told.at(-1) !== now) told.push(now)
      if (told.length === 1) quiet.add('web2')
      else quiet.delete('web2')
      if (told.length === 3) break
    }
    expect(told).toEqual([
      'answered  web1 web2',
      'late it has said nothing for 4 s web1 web2',
      'answered  web1 web2',
    ])
  })

  test('still says why a host is silent when another view is opened, and does not ask one again that refused', async () => {
    const { session, tried } = sessionOf({ web1: flows(10), web2: 'refused', web3: 'gone' })
    const states = 'answered, refused, unreachable'
    const statesOf = ({ coverage }: Answer) => coverage.hosts!.map(({ state }) => state).join(', ')
    await until(session, { kind: 'flows' }, (one) => statesOf(one) === states)
    await pause(limits.reconnectMsMin)
    expect(statesOf(await session.ask({ kind: 'flows' }))).toBe(states)
    expect(tried.filter((name) => name === 'web2')).toEqual(['web2'])
  })

  test('of one host alone asks that one', async () => {
    const { session, links } = sessionOf({ web1: flows(1), web2: flows(2) })
    const { rows, coverage } = await session.ask({ kind: 'flows', host: 'web2' })
    expect(rows).toMatchObject({ hosts: ['web2'], flows: [{ txBytes: 2 }] })
    expect(coverage.host).toBe('web2')
    expect([...links.keys()]).toEqual(['web2'])
  })

  test('fails where no host answers, with the reason of each', async () => {
    const { session } = sessionOf({ web1: 'a', web2: 'b' })
    await expect(session.ask({ kind: 'flows' })).rejects.toThrow(
      'no host answers\nweb1: unreachable: a\nweb2: unreachable: b',
    )
  })
})
