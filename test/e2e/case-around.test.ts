import { execFileSync } from 'node:child_process'
import { appendFileSync, copyFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CaseHome, refusal } from './case-home.ts'
import { runProgram } from './run-program.ts'

describe('a case does not verify', () => {
  const home = new CaseHome(500)

  const aCase = async () => {
    const path = join(home.directory(), 'case.db')
    expect(await home.export(path)).toMatchObject({ code: 0 })
    return path
  }

  test('with bytes behind its last page', async () => {
    const path = await aCase()
    appendFileSync(path, 'x')
    const { code, stdout } = await runProgram(['verify', path])
    expect(code).toBe(1)
    expect(stdout).toMatch(/ALTERED: the file has 1 bytes behind its last page/)
  })

  test('with a log of SQLite beside it, which other tools read with it', async () => {
    const path = await aCase()
    const written = join(home.directory(), 'written.db')
    copyFileSync(path, written)
    // A writer that is still there: its change is in the log, and the file is as it was.
    const change = `PRAGMA journal_mode=WAL; UPDATE flow SET tx_bytes = 7;
.shell cp '${written}-wal' '${path}-wal'; cp '${written}' '${path}'`
    execFileSync('sqlite3', [written], { input: change })
    const link = join(home.directory(), 'link.db')
    symlinkSync(path, link)
    for (const name of [path, link]) {
      const { code, stdout } = await runProgram(['verify', name])
      expect(code).toBe(1)
      expect(stdout).toMatch(/ALTERED: case\.db-wal lies beside it/)
    }
    expect(
      execFileSync('sqlite3', [path, 'SELECT max(tx_bytes) FROM flow'], { encoding: 'utf8' }),
    ).toBe('7\n')
  })

  test('with a journal beside it; an empty one, as any look may leave it, is nothing', async () => {
    const path = await aCase()
    writeFileSync(`${path}-journal`, '')
    expect(await runProgram(['verify', path])).toMatchObject({ code: 0 })
    writeFileSync(`${path}-journal`, 'x')
    expect(await runProgram(['verify', path])).toMatchObject({ code: 1 })
  })

  test('that is a pipe, and is not waited for', async () => {
    const pipe = join(home.directory(), 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(refusal(await runProgram(['verify', pipe]))).toMatch(/it is no file/)
  })

  test('whose table is a view without an end, and neither is compared or asked', async () => {
    const path = await aCase()
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)'
    const view = `CREATE VIEW flow AS ${endless} SELECT old.* FROM old, n`
    execFileSync('sqlite3', [path, `ALTER TABLE flow RENAME TO old; ${view}`])
    for (const words of [['verify'], ['sql', 'SELECT 1'], ['diff', path]]) {
      const [command, ...more] = words
      const { code, stderr } = await runProgram([command!, path, ...more])
      expect(code).toBe(1)
      expect(stderr).toMatch(/is no case of e2etop: flow is no table/)
    }
  })
})

describe('SQL on a case', () => {
  const home = new CaseHome(500)

  test('gives integers of 64 bits and columns of one name as they are', async () => {
    const path = join(home.directory(), 'case.db')
    expect(await home.export(path)).toMatchObject({ code: 0 })
    const sql = 'SELECT 9007199254740993 AS a, -9223372036854775808 AS a, 0.5 AS b'
    const inFormat = async (format: string) =>
      (await runProgram(['sql', path, sql, '--format', format])).stdout
    expect(await inFormat('json')).toBe('{"a":9007199254740993,"a":-9223372036854775808,"b":0.5}\n')
    expect(await inFormat('csv')).toBe('a,a,b\n9007199254740993,-9223372036854775808,0.5\n')
    expect(await inFormat('table')).toMatch(/9007199254740993 +-9223372036854775808 +0\.5/)
  })
})
