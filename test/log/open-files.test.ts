import { execFile, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { skipWhere } from '../sim/skip-where.ts'
import { buildChild } from './child-program.ts'
import { numberedFlows } from './numbered-flows.ts'
import { at, epoch, openLog, scratchDirectory } from './scratch-log.ts'

const whyNot =
  spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'needs prlimit of util-linux'
const files = 20

describe('a process that may open few files', () => {
  skipWhere(whyNot)

  /** What came of it with no descriptor to spare, with one, and so on. */
  async function outcomes(task: 'scan' | 'write', path: string): Promise<string[]> {
    const program = buildChild('limited-child.ts', scratchDirectory())
    const words = ['--nofile=64', process.execPath, program, task, path, String(files + 5)]
    const { stdout } = await promisify(execFile)('prlimit', words)
    return JSON.parse(stdout) as string[]
  }

  async function logOfManyFiles(): Promise<string> {
    const path = scratchDirectory()
    for (let n = 0; n < files; n++) {
      const log = await openLog(path, at(n))
      log.append(numberedFlows(1 + n, 1, epoch + n), [], at(n))
      log.close(at(n))
    }
    return path
  }
  const refused = (path: string) =>
    `unreadable: ${path} cannot be read: this process may open no more files`

  test('reads a log whole, or is told that it may open no more', async () => {
    const path = await logOfManyFiles()
    // The directory, its listing, and each file.
    const enough = files + 2
    expect(await outcomes('scan', path)).toEqual([
      ...Array<string>(enough).fill(refused(path)),
      ...Array<string>(files + 6 - enough).fill(String(files)),
    ])
  })

  test('writes to a log, or is told that it may open no more, and leaves nothing behind', async () => {
    const path = await logOfManyFiles()
    const said = await outcomes('write', path)
    const first = said.indexOf('0')
    expect(new Set(said.slice(first))).toEqual(new Set(['0']))
    expect(said.slice(0, first)).toContain(refused(path))
    const locked = `not writable: writer.lock cannot be opened in ${path}: EMFILE`
    // With one more it opens the log, and holds what it can then not write.
    for (const line of said.slice(0, first)) expect([refused(path), locked, '-1']).toContain(line)
    expect(readdirSync(path).filter((name) => name.startsWith('.'))).toEqual([])
  })
})
