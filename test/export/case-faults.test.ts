import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openCase } from '../../src/export/case/read-case.ts'
import type { CasePiece } from '../../src/export/case/write-case.ts'
import { writeCase as writeStreams } from '../../src/export/case/write-case.ts'
import { BusyHost } from '../log/busy-host.ts'
import { numberedFlows } from '../log/numbered-flows.ts'
import { skipWhere } from '../sim/skip-where.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { flowsPiece, run, wholeHost, writeCase } from './scratch-case.ts'

const epoch = 1_700_000_000_000

function* busyHost(rows: number): Generator<CasePiece> {
  const host = new BusyHost(1, epoch)
  for (let sent = 0; sent < rows; sent += 1_000)
    yield { hostName: 'web1', ...flowsPiece(run, host.rows(1_000)) }
  yield { hostName: 'web1', kind: 'end', host: wholeHost('web1'), lost: [] }
}

const writeBusyCase = (path: string, rows: number) =>
  writeStreams({
    file: { path, force: false, writer: 'one', hasEnded: () => false },
    pieces: busyHost(rows),
    meta: () => ({}),
    signKey: undefined,
    progress: () => {},
  })

describe('a case that cannot be written', () => {
  test('leaves a file that is there as it is', async () => {
    const path = join(scratchDirectory(), 'case.db')
    writeFileSync(path, 'mine')
    await expect(writeBusyCase(path, 1_000)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  test('says so of a directory that is not there', async () => {
    const path = join(scratchDirectory(), 'none', 'case.db')
    await expect(writeBusyCase(path, 1_000)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('does not take the name of a file that came meanwhile', async () => {
    const directory = scratchDirectory()
    const path = join(directory, 'case.db')
    const written = writeStreams({
      file: { path, force: false, writer: 'one', hasEnded: () => false },
      pieces: busyHost(1_000),
      meta: () => {
        writeFileSync(path, 'mine')
        return {}
      },
      signKey: undefined,
      progress: () => {},
    })
    await expect(written).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect(readdirSync(directory)).toEqual(['case.db'])
  })

  describe('on a full disk', () => {
    skipWhere(process.getuid?.() === 0 ? undefined : 'mounting a small tmpfs needs root')

    // Full at the first page, and when the rows are committed.
    test.each([64, 600])('of %i kB leaves nothing behind', async (kilobytes) => {
      const directory = scratchDirectory()
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', directory])
      onTestFinished(() => void execFileSync('umount', ['-l', directory]))
      const path = join(directory, 'case.db')
      await expect(writeBusyCase(path, 10_000)).rejects.toMatchObject({ code: 'ENOSPC' })
      expect(readdirSync(directory)).toEqual([])
    })
  })
})

describe('a file that is no case', () => {
  const of = (name: string, bytes: string | Buffer) => {
    const path = join(scratchDirectory(), name)
    writeFileSync(path, bytes)
    return path
  }

  test('is refused, whatever it is', async () => {
    const refused = (path: string, code: string) =>
      expect(openCase(path), path).rejects.toMatchObject({ code })
    await refused(of('empty.db', ''), 'not-sqlite')
    await refused(of('text.db', 'hello'.repeat(100)), 'not-sqlite')
    await refused('/nonexistent/case.db', 'ENOENT')
    await refused(scratchDirectory(), 'EISDIR')
  })

  test('is refused: a database of another program', async () => {
    const bytes = Buffer.from(await smallCase())
    bytes.writeUInt32BE(0, 68)
    await expect(openCase(of('c.db', bytes))).rejects.toMatchObject({ code: 'not-a-case' })
  })

  test('is refused: a case of a newer version', async () => {
    const bytes = Buffer.from(await smallCase())
    bytes.writeUInt32BE(99, 60)
    await expect(openCase(of('d.db', bytes))).rejects.toMatchObject({ code: 'newer-version' })
  })

  test('is refused: a case that was cut off', async () => {
    const path = of('e.db', await smallCase())
    truncateSync(path, 40_000)
    await expect(openCase(path)).rejects.toMatchObject({ code: 'truncated' })
  })
})

async function smallCase(): Promise<Buffer> {
  const path = join(scratchDirectory(), 'small.db')
  await writeCase(path, { web1: numberedFlows(1, 10, epoch) })
  return readFileSync(path)
}
