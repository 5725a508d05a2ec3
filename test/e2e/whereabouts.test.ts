import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFlowLog } from '../../src/log/flow-log.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { at, epoch, options } from '../log/scratch-log.ts'
import { recordOf } from '../sim/record.ts'
import { address } from '../sim/sample.ts'
import { copyProgram, jsonLines, program, startProgram } from './run-program.ts'

const remotes = ['1.1.1.1', '8.8.8.8', '8.8.4.4', '2620:fe::fe', '10.0.0.7', '203.0.113.9']

let home = ''
const asked = (words: readonly string[], script = program) =>
  startProgram(
    [
      ...words,
      '--data-dir',
      join(home, 'log'),
      '--socket',
      join(home, 'none.sock'),
      '--since',
      new Date(epoch + 30_000).toISOString(),
      '--until',
      new Date(epoch + 60_000).toISOString(),
    ],
    { TZ: 'UTC', COLUMNS: '100' },
    script,
  ).finished

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'e2etop-whereabouts-'))
  mkdirSync(join(home, 'log'))
  const log = openFlowLog(join(home, 'log'), options, at(0))
  const records = remotes.map((remote, i) =>
    recordOf({
      id: i + 1,
      start: hostTime(epoch),
      end: hostTime(epoch + 30_000),
      remoteAddress: address(remote),
      txBytes: 10 ** i,
      rxBytes: 0,
    }),
  )
  log.append(records, [], at(60_000))
  log.close(at(60_000))
})
afterAll(() => rmSync(home, { recursive: true }))

describe('countries and AS', () => {
  test('are groups, with their names in a table and the day of the database below it', async () => {
    const { code, stdout, stderr } = await asked([
      'top',
      '--by',
      'remote_country,remote_as',
      '--sum',
      'tx,flows',
      '--format',
      'table',
    ])
    expect(code).toBe(0)
    const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/).slice(0, 4))
    expect(lines.slice(1, -2)).toEqual([
      ['reserved', 'reserved', '100k', '1'],
      ['private', 'private', '10.0k', '1'],
      ['US', '19281 Quad9', '1.00k', '1'],
      ['US', '15169 Google LLC', '110', '2'],
      ['AU', '13335 Cloudflare, Inc.', '1', '1'],
    ])
    expect(stderr).toContain(
      'Countries as registered and AS as announced on 2026-06-17 (NRO, Route Views, DB-IP).',
    )
  })

  test('are counted, filtered and put into series, for scripts by number', async () => {
    const { code, stdout } = await asked([
      'count',
      '--distinct',
      'remote_as,remote_country',
      '--where',
      'not country (private,reserved)',
    ])
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([
      { distinct_remote_as: 3, distinct_remote_country: 2, flows: 4 },
      { hosts: [{ whereabouts: { date: '2026-06-17' } }] },
    ])
    const listed = await asked(['flows', '--where', 'as (Google*,13335)'])
    expect(jsonLines(listed.stdout).map(({ remote_ip }) => remote_ip)).toEqual([
      '1.1.1.1',
      '8.8.8.8',
      '8.8.4.4',
      undefined,
    ])
    const series = await asked([
      'series',
      '--by',
      'remote_as',
      '--bin',
      '1m',
      '--where',
      'country us',
    ])
    const groups = jsonLines(series.stdout).filter((line) => 'remote_as' in line)
    expect(new Set(groups.map(({ remote_as }) => remote_as))).toEqual(new Set([19281, 15169]))
    const plain = await asked(['top', '--by', 'remote_ip'])
    expect(jsonLines(plain.stdout).at(-1)).toMatchObject({ hosts: [{ whereabouts: null }] })
  })

  test('stand beside each flow where they are asked for, and else in no record', async () => {
    const plain = await asked(['flows', '--where', 'as 19281'])
    expect(jsonLines(plain.stdout)[0]).not.toHaveProperty('remote_country')
    const words = ['flows', '--whereabouts', '--where', 'host 2620:fe::fe or host 10.0.0.7']
    const { code, stdout } = await asked(words)
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([
      { remote_country: 'US', remote_as: 19281, remote_as_name: 'Quad9' },
      { remote_country: 'private', remote_as: 'private', remote_as_name: null },
      { whereabouts: { date: '2026-06-17' } },
    ])
    const table = await asked([...words, '--format', 'table'])
    expect(table.stdout).toMatch(/REMOTE +COUNTRY +AS +TX[^]*2620:fe::fe\]:443 +US +19281 Quad9 /)
    expect(table.stderr).toContain('as announced on 2026-06-17')
    const csv = await asked([...words, '--format', 'csv'])
    expect(csv.stdout).toMatch(/,remote_country,remote_as,remote_as_name\n[^]*,US,19281,Quad9\n/)
  })

  test('by which a case was chosen are named in it with their day, and its flows have none', async () => {
    const file = join(home, 'c.db')
    expect((await asked(['export', file, '--where', 'country US'])).code).toBe(0)
    const sql = async (text: string) => {
      const { stdout } = await startProgram(['sql', file, text, '--format', 'json']).finished
      return jsonLines(stdout)
    }
    expect(await sql("SELECT value FROM meta WHERE key = 'whereabouts'")).toEqual([
      { value: expect.stringContaining('on 2026-06-17 (NRO, Route Views, DB-IP)') as string },
    ])
    const flows = await sql('SELECT * FROM flows')
    expect(flows).toHaveLength(3)
    expect(Object.keys(flows[0]!).filter((name) => /country|_as/.test(name))).toEqual([])
    expect((await startProgram(['verify', file]).finished).code).toBe(0)
    await asked(['export', file, '--force', '--where', 'host 8.8.8.8'])
    expect(await sql("SELECT value FROM meta WHERE key = 'whereabouts'")).toEqual([])
  })

  test.each([
    ['is not there', undefined, 'is not there.'],
    ['is another file', 'hello', 'it is cut short.'],
  ])('where the database %s are unknown, and the answer says so', async (_, content, why) => {
    const copy = mkdtempSync(join(home, 'copy-'))
    const script = copyProgram(copy)
    const file = join(copy, 'dist/whereabouts.bin')
    rmSync(file)
    if (content !== undefined) writeFileSync(file, content)
    const { code, stdout, stderr } = await asked(
      ['top', '--by', 'remote_country', '--sum', 'flows'],
      script,
    )
    expect(code).toBe(3)
    expect(
      jsonLines(stdout)
        .slice(0, 3)
        .map(({ remote_country, flows }) => [remote_country, flows]),
    ).toEqual([
      [null, 4],
      ['private', 1],
      ['reserved', 1],
    ])
    expect(stderr).toContain(`countries and AS are not known there: The database ${file}`)
    expect(stderr).toContain(why)
    const wire = startProgram(['wire', '/dev/null', '--where', 'as 1'], {}, script)
    expect(await wire.finished).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('asks for a country or an AS: The database') as string,
    })
    const without = await asked(['top', '--by', 'remote_ip', '--sum', 'flows'], script)
    expect([without.code, without.stderr]).toEqual([0, ''])
  })
})
