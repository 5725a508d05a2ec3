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
})
