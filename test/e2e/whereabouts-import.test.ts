import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishedTables } from '../../src/names/whereabouts-csv.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { copyProgram } from './run-program.ts'

const isRoot = process.geteuid?.() === 0
const whyNot =
  isRoot && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status !== 0
    ? 'needs unshare with mounts'
    : undefined

/** The tables that the program's own database was built of: only the day tells the two. */
function publish(folder: string): void {
  mkdirSync(folder)
  for (const table of publishedTables) {
    const from = `node_modules/@ip-location-db/${table.replace(/-ipv.$/, '')}/${table}-num.csv`
    cpSync(from, join(folder, `${table}-num.csv`))
  }
}

describe('newer files of countries and AS', () => {
  skipWhere(whyNot)
  const home = mkdtempSync(join(tmpdir(), 'e2etop-import-'))
  afterAll(() => rmSync(home, { recursive: true }))
  const folder = join(home, 'files')
  let script = ''

  beforeAll(() => {
    publish(folder)
    script = copyProgram(home)
    chmodSync(home, 0o755)
  })

  /** A line of a shell on a host whose /usr/local/share goes with it; as another user where this is root. */
  const run = (line: string, user = true) => {
    const mount = 'mount -t tmpfs -o mode=0755 none /usr/local/share; '
    const as = user ? 'setpriv --reuid 65534 --regid 65534 --clear-groups ' : ''
    const words = isRoot
      ? ['unshare', '--mount', 'sh', '-c', `${mount}exec ${as}sh -c '${line}'`]
      : ['sh', '-c', line]
    const config = join(home, 'config')
    mkdirSync(config, { recursive: true })
    chmodSync(config, 0o777)
    return spawnSync(words[0]!, words.slice(1), {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        E: `${process.execPath} ${script}`,
        XDG_CONFIG_HOME: config,
      },
    })
  }
  const day = (output: string) => /as of (\S+)/.exec(output)?.[1]

  test('are used in place of those of the program, and named by their day', () => {
    const { stdout, stderr } = run(
      `$E whereabouts import ${folder} --date 2026-06-18 && $E doctor; $E whereabouts import ${folder} --date 2026-06-18`,
    )
    expect(stdout).toMatch(/config\/e2etop\/whereabouts\.bin: .* 2026-06-18 in place of 2026-06-17/)
    expect(day(stdout)).toBe('2026-06-18')
    expect(stderr).toMatch(/in use is of 2026-06-18, and the newest one is used/)
  })

  test('that are damaged leave what was there', () => {
    const broken = join(home, 'broken')
    publish(broken)
    writeFileSync(join(broken, 'asn-ipv4-num.csv'), '16777216,16777471,13335,x\n')
    const { stdout, stderr, status } = run(
      `$E whereabouts import ${broken} --date 2026-07-01; echo exit $?; $E doctor`,
    )
    expect(status).toBeLessThan(4)
    expect(stderr).toMatch(/asn-ipv4-num\.csv lacks the end of all addresses/)
    expect(stdout).toMatch(/^exit 1$/m)
    expect(day(stdout)).toBe('2026-06-18')
  })

  test.each([
    ['', 2, /needs --date/],
    ['--date 2026-02-30', 2, /a day that has been/],
    ['--date 2999-01-01', 2, /a day that has been/],
    ['--date 2026-06-17', 1, /in use is of 2026-06-1[78]/],
  ])('with "%s" are refused with exit %i', (words, code, why) => {
    const { stderr, status } = run(`$E whereabouts import ${folder} ${words}`)
    expect(stderr).toMatch(why)
    expect(status).toBe(code)
  })

  test('that are not there are named', () => {
    const { stderr, status } = run(`$E whereabouts import ${resolve('src')} --date 2026-07-01`)
    expect(stderr).toMatch(/neither asn-country-ipv4-num\.csv nor asn-country-ipv4\.csv in/)
    expect(status).toBe(1)
  })

  test.skipIf(!isRoot)('that root takes are for every user', () => {
    const other = 'setpriv --reuid 65534 --regid 65534 --clear-groups env XDG_CONFIG_HOME=/nowhere'
    const { stdout } = run(
      `$E whereabouts import ${folder} --date 2026-07-01; ${other} $E doctor`,
      false,
    )
    expect(stdout).toMatch(/^\/usr\/local\/share\/e2etop\/whereabouts\.bin: /)
    expect(day(stdout)).toBe('2026-07-01')
    expect(existsSync('/usr/local/share/e2etop/whereabouts.bin')).toBe(false)
  })
})
