import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { mulberry32 } from './busy-host.ts'
import { buildChild } from './child-program.ts'
import { isNumbered } from './numbered-flows.ts'
import { at, epoch, idsOf, openLog, readAll, scratchDirectory } from './scratch-log.ts'

/** A writer in another process; `acknowledged` grows while it runs. */
function startWriter(program: string, directory: string, firstId: number, bytes: number) {
  const child = spawn('node', [program, directory, String(firstId), String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const writer = {
    acknowledged: firstId - 1,
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
  createInterface(child.stdout).on('line', (line) => (writer.acknowledged = Number(line)))
  return writer
}

/** The ids are all from the first to the last, each once; returns both. */
function expectSolid(ids: readonly number[], where: string): { first: number; last: number } {
  const first = ids[0]!
  expect(
    ids.find((id, i) => id !== first + i),
    where,
  ).toBeUndefined()
  return { first, last: ids.at(-1)! }
}

describe('a log that another process writes', () => {
  test('gives a reader each row once while it is appended to, sealed and deleted', async () => {
    const scratch = scratchDirectory()
    const directory = scratchDirectory()
    const writer = startWriter(buildChild('writer-child.ts', scratch), directory, 1, 100_000)
    try {
      while (writer.acknowledged < 100) await setTimeout(20)
      let deleted = 0
      for (let scans = 0; scans < 30 || deleted === 0; scans++) {
        // Lets the lines of the writer in.
        await setTimeout(10)
        const acknowledged = writer.acknowledged
        const { rows, damage } = readAll(directory)
        const { first, last } = expectSolid(idsOf(rows), `scan ${scans}`)
        expect(last).toBeGreaterThanOrEqual(acknowledged)
        expect(damage).toEqual([])
        expect(rows.every(isNumbered)).toBe(true)
        deleted = Math.max(deleted, first - 1)
      }
    } finally {
      await writer.kill()
    }
  })

  test('has all that was acknowledged when the process is killed, again and again', async () => {
    const seed = Date.now() % 1e6
    console.log(`killed by seed ${seed}`)
    const random = mulberry32(seed)
    const program = buildChild('writer-child.ts', scratchDirectory())
    const directory = scratchDirectory()
    let last = 0
    for (let kill = 0; kill < 10; kill++) {
      const writer = startWriter(program, directory, last + 1, 1e9)
      while (writer.acknowledged === last) await setTimeout(5)
      await setTimeout(random() * 60)
      await writer.kill()
      const { rows, gaps, damage } = readAll(directory)
      const where = `seed ${seed}, kill ${kill}`
      const read = expectSolid(idsOf(rows), where)
      expect(read.first).toBe(1)
      expect(read.last, where).toBeGreaterThanOrEqual(writer.acknowledged)
      expect(damage, where).toEqual([])
      expect(gaps, where).toHaveLength(kill)
      expect(rows.every(isNumbered)).toBe(true)
      ;({ last } = read)
    }
    const log = await openLog(directory, at(Date.now() - epoch))
    expect(log.append([], [], at(Date.now() - epoch + 1))).toMatchObject({ kind: 'written' })
  })
})
