import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { madeSince, madeUntil, makeLog } from './made-log.ts'
import { jsonLines, type Finished } from './run-program.ts'

/** By the port of `test/lab/hostile-program.ts`: how it ends. */
const attacks: Readonly<Record<string, { what: string; state: string; why: RegExp }>> = {
  2301: {
    what: 'a line without end',
    state: 'refused',
    why: /it said 65536 bytes that are not e2etop's/,
  },
  2302: {
    what: 'a message of a gigabyte',
    state: 'refused',
    why: /a message of 1073741824 bytes is past the limit/,
  },
  2303: {
    what: 'JSON of 200,000 levels',
    state: 'refused',
    why: /its answer is not understood: the answer is no JSON/,
  },
  2304: {
    what: 'fields of the prototype',
    state: 'refused',
    why: /its answer is not understood: answer\.rows: not a/,
  },
  2305: { what: 'rows of another host', state: 'refused', why: /it answers for another host/ },
  2306: { what: 'escape sequences in names', state: 'answered', why: /^$/ },
  2307: {
    what: 'a version of the future',
    state: 'refused',
    why: /which is too new for this one; update this one/,
  },
  2308: { what: 'a number that is none', state: 'refused', why: /not an amount/ },
  2309: { what: 'messages that nobody asked for', state: 'late', why: /no answer in time/ },
}

describe('hosts that attack who asks them', () => {
  const why = whyNoSshHosts()
  skipWhere(why)
  let lab: SshHosts
  let asked: Finished
  const path = (name: string) => join(lab.directory, name)

  const top = (hosts: readonly string[]): Promise<Finished> => {
    const places = ['-F', path('attacks'), '--fleet-config', path('fleet.json')]
    const range = ['--since', madeSince, '--until', madeUntil, '--limit', 'time=4s']
    const words = ['top', '--by', 'host,process', '-H', hosts.join(','), '--format', 'json']
    return lab.console([...words, ...range, ...places])
  }
  const groupsOf = ({ stdout }: Finished) =>
    jsonLines(stdout).filter(({ type }) => type === 'group')

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(['evil', 'web2'])
    await lab.ready()
    mkdirSync(path('log'))
    makeLog(path('log'))
    const hostile = path('hostile.mjs')
    const build = ['test/tools/build.mjs', 'test/lab/hostile-program.ts', hostile]
    execFileSync(process.execPath, build)
    const ports = Object.keys(attacks)
    for (const port of ports) {
      const words = ['/usr/sbin/sshd', '-D', '-f', path('evil.conf'), '-p', port]
      lab.spawnOn('evil', words, { stdio: 'ignore' })
    }
    const { address } = lab.host('evil')
    const blocks = ports.map(
      (port) => `Host attack${port}\n  HostName ${address}\n  Port ${port}\n`,
    )
    writeFileSync(path('attacks'), blocks.join('') + readFileSync(lab.config, 'utf8'))
    const honest = serveCommand('--data-dir', path('log'))
    const either = `if [ "$(hostname)" = evil ]; then ${process.execPath} ${hostile}; else ${honest}; fi`
    writeFileSync(path('fleet.json'), JSON.stringify({ command: either }))
    asked = await top(['web2', ...ports.map((port) => `attack${port}`)])
  })
  afterAll(() => lab?.close())

  const hostLine = (name: string) =>
    jsonLines(asked.stdout).find(({ type, host }) => type === 'host' && host === name)

  const named = Object.entries(attacks).map(([port, attack]) => ({ port, ...attack }))
  test.each(named)('with $what end as they should', ({ port, state, why: reason }) => {
    expect(hostLine(`attack${port}`), asked.stderr).toMatchObject({
      state,
      why: expect.stringMatching(reason) as string,
    })
  })

  test('harm no other: its groups are those that it has alone, and theirs are told as theirs', async () => {
    const groups = groupsOf(asked)
    const alone = groupsOf(await top(['web2']))
    expect(alone.length).toBeGreaterThan(1)
    expect(groups.filter(({ host }) => host === 'web2')).toEqual(alone)
    const hosts = new Set(groups.map(({ host }) => host))
    expect(hosts).toEqual(new Set(['web2', 'attack2306']))
  })

  test('have no way to the terminal', () => {
    expect(asked.stderr).not.toContain('Warning')
    // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
    expect(asked.stdout + asked.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
  })
})
