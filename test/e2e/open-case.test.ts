import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { skipWhere } from '../sim/skip-where.ts'
import { TmuxTerminal, whyNoTmux } from '../sim/tmux-terminal.ts'
import { askCase, CaseHome } from './case-home.ts'
import { program } from './run-program.ts'

describe('the monitor over a case', () => {
  skipWhere(whyNoTmux())
  /** Of 400 s: two windows of 5 minutes. */
  const home = new CaseHome(40_000)
  let terminal: TmuxTerminal
  beforeEach(() => {
    terminal = new TmuxTerminal()
  })
  afterEach(() => terminal.close())

  const aCase = async (...more: readonly string[]) => {
    const path = join(home.directory(), 'case.db')
    await home.export(path, ...more)
    return path
  }
  const open = (path: string, ...more: readonly string[]) =>
    terminal.start(
      `env -u CI node ${program} open ${path} ${more.join(' ')}; echo "CODE=$?"; exec cat`,
      170,
      24,
    )
  /** Flows that the screen counts: open and ended ones. */
  const counted = (screen: string) => {
    const [, going, ended] = /(\d+) open, (\d+) ended/.exec(screen) ?? []
    return Number(going) + Number(ended)
  }
  const flowsOf = async (path: string, where = 'true') => {
    const [row] = await askCase(
      path,
      `SELECT count(DISTINCT run * 1e12 + flow_id) n FROM flow WHERE ${where}`,
    )
    return row?.['n']
  }

  test('shows all of it, says that it is one, and is not stale', async () => {
    const path = await aCase()
    open(path)
    const screen = await terminal.untilScreen(/[1-9]\d* ended/)
    expect(screen).toMatch(/ case case\.db, (not verified yet|verifying seals|verified)/)
    await terminal.untilScreen(/ case case\.db, verified, seal [0-9a-f]{12}…, not signed /)
    expect(screen).toMatch(/ CASE .*6m 38s/)
    expect(screen).not.toMatch(/STALE|recorder/)
    expect(counted(screen)).toBe(await flowsOf(path))
    terminal.keys('q')
    expect(await terminal.untilScreen(/CODE=/)).toMatch(/CODE=0/)
  })

  test('that was altered says so, and what', async () => {
    const path = await aCase()
    execFileSync('sqlite3', [path, 'UPDATE flow SET tx_bytes = tx_bytes + 1 WHERE id = 300'])
    open(path)
    const screen = await terminal.untilScreen(/ ! The case is NOT as it was written: /)
    expect(screen).toMatch(/ case case\.db, ALTERED /)
    expect(screen).toMatch(/written: flows 257 to 512 of host 1 one of them was altered/)
  })

  test('filters, groups, opens groups and steps in time', async () => {
    const path = await aCase()
    open(path, '--where', "'user user3'", '--theme', 'dark', '--no-mouse')
    const filtered = await terminal.untilScreen(/[1-9]\d* ended[^]*where user user3/)
    const ofUser = (await askCase(
      path,
      "SELECT count(DISTINCT flow_id) n FROM flows WHERE user = 'user3'",
    )) as { n: number }[]
    expect(counted(filtered)).toBe(ofUser[0]?.n)
    terminal.keys('Escape')
    await terminal.until('all', () =>
      counted(terminal.screen()) > counted(filtered) ? true : undefined,
    )
    terminal.keys('[')
    const second = await terminal.untilScreen(/ CASE .* 5m .* L all/)
    const edge = Math.floor(home.until / 300_000) * 300_000
    expect(counted(second)).toBe(await flowsOf(path, `end_ms >= ${edge}`))
    await terminal.untilScreen(/^ *\d\S*B .*[▁▂▃▄▅▆▇█][^]*^ *5 min .*▲/m)
    terminal.keys('L')
    await terminal.untilScreen(/ CASE .*6m 38s/)
    terminal.keys('Tab')
    await terminal.untilScreen(/\d+ process/)
    terminal.keys('Down', 'Enter')
    await terminal.untilScreen(/ All › .* back/)
  })

  test('says what the case lacks', async () => {
    const path = await aCase('--since', '2020-01-01')
    open(path)
    expect(await terminal.untilScreen(/[1-9]\d* ended/)).toMatch(/ ! recorded from 2023-11-14T/)
  })

  test('of a file that is none leaves a line, the shell, and exit 1', async () => {
    const path = join(home.directory(), 'case.db')
    writeFileSync(path, 'hello')
    open(path)
    const screen = await terminal.untilScreen(/CODE=/)
    expect(screen).toMatch(/^e2etop: .*case\.db is no SQLite file\nName a file/)
    expect(screen).toMatch(/CODE=1/)
  })
})
