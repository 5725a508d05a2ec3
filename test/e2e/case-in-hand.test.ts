import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { actorOf, type FlowRecord } from '../../src/model/flow.ts'
import { CaseHome, refusal } from './case-home.ts'
import { runProgram } from './run-program.ts'

describe('a case in hand', () => {
  const home = new CaseHome(2_000)

  const aCase = async (...more: readonly string[]) => {
    const path = join(home.directory(), 'case.db')
    const { code, stderr } = await home.export(path, ...more)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    return path
  }

  test('that was altered is told by host and row', async () => {
    const path = await aCase()
    execFileSync('sqlite3', [path, 'UPDATE flow SET tx_bytes = tx_bytes + 1 WHERE id = 300'])
    const { code, stdout } = await runProgram(['verify', path])
    expect(code).toBe(1)
    expect(stdout).toMatch(/ALTERED: flows 257 to 512 of host 1/)
    expect(stdout).toMatch(/NOT as it was written/)
  })

  test('that was altered and sealed anew is told by its signature', async () => {
    const directory = home.directory()
    const key = join(directory, 'key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const signers = join(directory, 'signers')
    writeFileSync(signers, `alice ${readFileSync(`${key}.pub`, 'utf8')}`)
    const path = await aCase('--sign-key', key)
    const trusted = await runProgram(['verify', path, '-f', signers])
    expect(trusted).toMatchObject({ code: 0 })
    expect(trusted.stdout).toMatch(/Signed by alice, key SHA256:/)
    execFileSync('sqlite3', [path, "UPDATE meta SET value = 'x' WHERE key = 'notes'"])
    const { code, stdout } = await runProgram(['verify', path, '-f', signers])
    expect(code).toBe(1)
    expect(stdout).toMatch(/WRONG signature/)
  })

  test('that is not signed by whom one trusts does not verify', async () => {
    const path = await aCase()
    const signers = join(home.directory(), 'signers')
    writeFileSync(signers, '')
    expect(await runProgram(['verify', path, '-f', signers])).toMatchObject({ code: 1 })
  })

  test('a key that does not sign costs the signature, not the case', async () => {
    const path = join(home.directory(), 'case.db')
    const { code, stderr } = await home.export(path, '--sign-key', '/nonexistent/key')
    expect(code).toBe(3)
    expect(stderr).toMatch(/does not sign/)
    expect(await runProgram(['verify', path])).toMatchObject({ code: 0 })
  })

  test.each(['verify', 'sql', 'diff'])('%s refuses what is no case', async (command) => {
    const path = await aCase()
    const rest = { verify: [], sql: ['SELECT 1'], diff: [path] }[command]!
    const of = (name: string, change: (bytes: Buffer) => Buffer | string) => {
      const other = join(home.directory(), name)
      writeFileSync(other, change(readFileSync(path)))
      return runProgram([command, other, ...rest])
    }
    expect(refusal(await of('text', () => 'hello'))).toMatch(/is no SQLite file/)
    expect(refusal(await of('cut', (bytes) => bytes.subarray(0, 100_000)))).toMatch(
      /has 100000 of its \d+ bytes/,
    )
    expect(
      refusal(
        await of('newer', (bytes) => {
          bytes.writeUInt32BE(99, 60)
          return bytes
        }),
      ),
    ).toMatch(/is a case of version 99/)
    expect(
      refusal(
        await of('other', (bytes) => {
          bytes.writeUInt32BE(0, 68)
          return bytes
        }),
      ),
    ).toMatch(/no case of e2etop/)
    expect(refusal(await runProgram([command, '/nonexistent/case.db', ...rest]))).toMatch(/ENOENT/)
  })

  test('of which pages are garbage is a finding, not a crash', async () => {
    const path = await aCase()
    const bytes = readFileSync(path)
    for (let at = 16_384; at < bytes.length; at += 16_384 * 3) bytes.fill(0xa5, at, at + 16_384)
    writeFileSync(path, bytes)
    const verified = await runProgram(['verify', path])
    expect(verified).toMatchObject({ code: 1, stderr: '' })
    expect(refusal(await runProgram(['sql', path, 'SELECT * FROM flows']))).toMatch(/SQLite: /)
    expect(refusal(await runProgram(['diff', path, path]))).toMatch(/./)
  })

  test('is not changed by any SQL', async () => {
    const path = await aCase()
    const digest = () => createHash('sha256').update(readFileSync(path)).digest('hex')
    const before = digest()
    for (const text of [
      'DELETE FROM flow',
      'PRAGMA query_only=OFF; DELETE FROM flow',
      'PRAGMA journal_mode=WAL; DROP TABLE meta',
      "ATTACH '/etc/passwd' AS p; SELECT * FROM p.sqlite_master",
    ])
      expect((await runProgram(['sql', path, text])).code, text).not.toBe(70)
    expect(digest()).toBe(before)
    expect(readdirSync(join(path, '..'))).toEqual(['case.db'])
  })

  test('SQL that would not end is ended, and says so', async () => {
    const path = await aCase()
    const endless =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
    const timed = await runProgram(['sql', path, endless, '--limit', 'time=1s'])
    expect(timed).toMatchObject({ code: 3, stdout: '' })
    expect(timed.stderr).toMatch(/stopped after 1 s/)
    const rows = await runProgram(['sql', path, 'SELECT * FROM flow', '--limit', 'rows=10'])
    expect(rows.code).toBe(3)
    expect(rows.stdout.trim().split('\n')).toHaveLength(10)
    const large = await runProgram(['sql', path, 'SELECT hex(zeroblob(900000000))'])
    expect(refusal(large)).toMatch(/SQLite: (out of memory|string or blob too big)/)
  })

  test('diff tells what is new in the second', async () => {
    const before = await aCase('--where', 'not user user3')
    const after = await aCase()
    const { code, stdout } = await runProgram(['diff', before, after, '--format', 'json'])
    expect(code).toBe(0)
    const changes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { change: string; user: string; bytes_after: number })
    expect(new Set(changes.map(({ change, user }) => `${change} ${user}`))).toEqual(
      new Set(['new user3']),
    )
    const total = (records: readonly FlowRecord[]) =>
      records.reduce((sum, { txBytes, rxBytes }) => sum + txBytes + rxBytes, 0)
    const ofUser3 = home.records.filter((flow) => {
      const actor = actorOf(flow)
      return actor.kind === 'process' && actor.user === 'user3'
    })
    expect(changes.reduce((sum, { bytes_after: bytes }) => sum + bytes, 0)).toBe(total(ofUser3))
  })

  test('is the same for the sqlite3 program, which finds no fault in it', async () => {
    const path = await aCase()
    const asked = (text: string) => execFileSync('sqlite3', [path, text], { encoding: 'utf8' })
    expect(asked('PRAGMA integrity_check').trim()).toBe('ok')
    expect(asked('SELECT count(*) FROM flows').trim()).toBe(String(home.records.length))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const copy = `${path}.copy`
    copyFileSync(path, copy)
    truncateSync(copy, statSync(path).size - 1)
    expect(refusal(await runProgram(['verify', copy]))).toMatch(/of its/)
  })
})
