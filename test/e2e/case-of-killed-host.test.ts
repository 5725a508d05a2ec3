import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveCommand, SshHosts, whyNoSshHosts } from '../lab/ssh-hosts.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { askCase, CaseHome } from './case-home.ts'
import { sleep } from './recorder-home.ts'
import { runProgram } from './run-program.ts'

/** Of what a host answers; its whole log takes twice as many. */
const bytesBeforeKill = 1_500_000

/** web1 answers so far, marks that it has and says no more, so that it can be killed in mid-answer whatever its speed. */
const haltingHost = (serve: string, mark: string) => `
[ "$(hostname)" = web1 ] || exec ${serve}
${serve} | { stdbuf -o0 head -c ${bytesBeforeKill}; touch ${mark}; exec sleep 100; }
`

describe('a case of three hosts over SSH, one of them killed in mid-export', () => {
  const why = whyNoSshHosts()
  skipWhere(why)
  const home = new CaseHome(100_000)
  const names = ['web1', 'web2', 'db1']
  let lab: SshHosts
  const path = (name: string) => join(lab.directory, name)

  const fleetConfig = (name: string, command: string) => {
    writeFileSync(path(name), JSON.stringify({ command }))
    return ['-F', lab.config, '--fleet-config', path(name)]
  }
  /** Until the console has written what came: what it had not read when the connection breaks is lost. */
  const untilStill = async () => {
    const unfinished = readdirSync(lab.directory).find((name) =>
      /^\.case\.db\..*\.tmp$/.test(name),
    )!
    for (let before = -1; ; await sleep(1000)) {
      const { size } = statSync(path(unfinished))
      if (size === before) return
      before = size
    }
  }
  const perHost = async () => {
    const text = 'SELECT host, count(*) n, sum(tx_bytes) tx FROM flows GROUP BY 1'
    const rows = await askCase(path('case.db'), text)
    return Object.fromEntries(rows.map(({ host, n, tx }) => [host, [n, tx]]))
  }

  beforeAll(async () => {
    if (why !== undefined) return
    lab = new SshHosts(names)
    await lab.ready()
  })
  afterAll(() => lab?.close())

  test('says what it lacks, has the others whole, verifies, and can be completed', async () => {
    const serve = serveCommand('--data-dir', home.log, '--socket', '/nonexistent/e2etop.sock')
    writeFileSync(path('serve.sh'), haltingHost(serve, path('mark')))
    const asked = ['export', path('case.db'), '-H', names.join(',')]
    const times = [home.since, home.until].map((ms) => new Date(ms).toISOString())
    const range = ['--since', times[0]!, '--until', times[1]!]
    const halting = fleetConfig('halting.json', `sh ${path('serve.sh')}`)
    const exporting = lab.console([...asked, ...range, ...halting])
    while (!existsSync(path('mark'))) await sleep(20)
    await untilStill()
    for (const pid of lab.sessionsOf('web1')) process.kill(pid, 'SIGKILL')
    const { code, stderr } = await exporting
    expect({ code, stderr }).toMatchObject({ code: 3 })
    expect(stderr).toMatch(/web1: unreachable: the connection broke/)

    const states = await askCase(path('case.db'), 'SELECT name, state, why FROM host ORDER BY name')
    expect(states).toEqual([
      { name: 'db1', state: 'whole', why: '' },
      { name: 'web1', state: 'partial', why: expect.stringMatching(/the connection broke/) },
      { name: 'web2', state: 'whole', why: '' },
    ])
    const all = [home.records.length, home.records.reduce((sum, { txBytes }) => sum + txBytes, 0)]
    const { web1, ...others } = await perHost()
    expect(others).toEqual({ web2: all, db1: all })
    expect(web1![0]).toBeGreaterThan(0)
    expect(web1![0]).toBeLessThan(home.records.length)
    const verified = await runProgram(['verify', path('case.db')])
    expect(verified).toMatchObject({ code: 0 })
    expect(verified.stdout).toMatch(/web1.*partial/)

    const whole = fleetConfig('serve.json', serve)
    const again = await lab.console(['export', '--continue', path('case.db'), ...whole])
    expect(again, again.stderr).toMatchObject({ code: 0 })
    expect(await perHost()).toEqual({ web1: all, web2: all, db1: all })
    expect(await runProgram(['verify', path('case.db')])).toMatchObject({ code: 0 })
  })
})
