import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fileHeaderBytes } from '../../src/log/file-header.ts'
import { isNumbered, numberedFlows } from './numbered-flows.ts'
import {
  at,
  epoch,
  idsOf,
  maintainAll,
  openLog,
  options,
  readAll,
  scratchDirectory,
} from './scratch-log.ts'

const rowsAFrame = 3

/** The one file of a log of four appends with three flows each. */
async function smallLog(kind: 'journal' | 'segment') {
  const path = scratchDirectory()
  const log = await openLog(path)
  const ends = [fileHeaderBytes]
  for (let n = 0; n < 4; n++) {
    const outcome = log.append(numberedFlows(1 + n * rowsAFrame, rowsAFrame, epoch + n), [], at(n))
    if (outcome.kind === 'written') ends.push(ends.at(-1)! + outcome.bytes)
  }
  // Left as a kill would leave it, or sealed by the next writer.
  log.close(at(10))
  if (kind === 'segment') {
    const next = await openLog(path, at(20))
    maintainAll(next, 20)
    next.close(at(30))
  }
  const name = readdirSync(path).find((file) => file.startsWith(kind === 'journal' ? 'J' : 'S'))!
  return { name, bytes: readFileSync(join(path, name)), ends }
}

/** A log that consists of these bytes. */
function logOf(name: string, bytes: Uint8Array, directory: string): string {
  mkdirSync(directory)
  writeFileSync(join(directory, name), bytes)
  return directory
}

describe('a damaged log', () => {
  test('cut at any length yields every append before the cut, read or recovered', async () => {
    const { name, bytes, ends } = await smallLog('journal')
    const scratch = scratchDirectory()
    for (let cut = 0; cut <= bytes.length; cut++) {
      const path = logOf(name, bytes.subarray(0, cut), join(scratch, `${cut}`))
      const whole = ends.filter((end) => end <= cut).length - 1
      const { rows, damage } = readAll(path)
      expect(idsOf(rows), `cut at ${cut}`).toHaveLength(Math.max(0, whole) * rowsAFrame)
      expect(damage, `cut at ${cut}`).toEqual([])
      if (cut % 97 !== 0) continue
      const log = await openLog(path, at(1_000))
      log.append(numberedFlows(100, 1, epoch + 1_000), [], at(1_000))
      maintainAll(log, 1_000)
      log.close(at(2_000))
      expect(idsOf(readAll(path).rows), `recovered ${cut}`).toEqual([...idsOf(rows), 100])
    }
  })

  test.each([2, 4])(
    'of version %s is refused, stays, and is written on beside',
    async (version) => {
      const { name, bytes } = await smallLog('segment')
      for (const copyAt of [0, 64]) {
        bytes.writeUInt16LE(version, copyAt + 4)
        bytes.writeUInt32LE(crc32(bytes.subarray(copyAt, copyAt + 60)), copyAt + 60)
      }
      const path = logOf(name, bytes, join(scratchDirectory(), 'log'))
      expect(readAll(path)).toMatchObject({ rows: [], damage: [{ what: 'another format' }] })
      const log = await openLog(path, at(1_000))
      log.append(numberedFlows(100, 1, epoch + 1_000), [], at(1_000))
      expect(idsOf(readAll(path).rows)).toEqual([100])
      expect(readFileSync(join(path, name)).equals(bytes)).toBe(true)
    },
  )

  // Of payloads every 13th bit, since those of a block are all flipped in the test of blocks.
  test.each(['journal', 'segment'] as const)(
    'no flipped bit of a %s makes a wrong row, and each lost row but of the last append is counted',
    async (kind) => {
      const { name, bytes } = await smallLog(kind)
      const path = logOf(name, bytes, join(scratchDirectory(), 'log'))
      for (let bit = 0; bit < bytes.length * 8; bit += bit < 1_700 ? 1 : 13) {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3]! ^= 1 << (bit & 7)
        writeFileSync(join(path, name), flipped)
        const { rows, damage } = readAll(path)
        const known = rows.length + damage.reduce((sum, { gap }) => sum + gap.count, 0)
        expect(rows.every(isNumbered), `bit ${bit}`).toBe(true)
        // A broken header at the very end looks like an append that was not finished.
        const unfinished = kind === 'journal' ? rowsAFrame : 0
        expect([12, 12 - unfinished], `bit ${bit}`).toContain(known)
      }
    },
    20_000,
  )

  test('with stray bytes between its frames loses none', async () => {
    const { name, bytes, ends } = await smallLog('journal')
    const scratch = scratchDirectory()
    for (const length of [1, 3, 8, 79, 400]) {
      const stray = Buffer.alloc(length, 'e2F1')
      const cut = ends[2]!
      const changed = Buffer.concat([bytes.subarray(0, cut), stray, bytes.subarray(cut)])
      const { rows, damage } = readAll(logOf(name, changed, join(scratch, `${length}`)))
      expect(rows).toHaveLength(12)
      expect(damage).toMatchObject([{ file: name, at: cut, gap: { count: 0 } }])
    }
  })

  test('says which file it cannot read at all, and reads the others', async () => {
    const { name, bytes } = await smallLog('journal')
    const path = logOf(name, bytes, join(scratchDirectory(), 'log'))
    writeFileSync(join(path, 'J-0000000009.e2j'), Buffer.alloc(500, 1))
    writeFileSync(join(path, 'notes.txt'), 'not of the log')
    const { rows, damage } = readAll(path)
    expect(rows).toHaveLength(12)
    expect(damage).toMatchObject([{ file: 'J-0000000009.e2j', what: 'not a log file' }])
  })

  test('keeps the damage as a gap when it is sealed', async () => {
    const { name, bytes, ends } = await smallLog('journal')
    bytes[ends[1]! + 200]! ^= 1
    const path = logOf(name, bytes, join(scratchDirectory(), 'log'))
    const log = await openLog(path, at(1_000), options.retention)
    maintainAll(log, 1_000)
    const { rows, gaps, damage } = readAll(path)
    expect(idsOf(rows)).toEqual([1, 2, 3, 7, 8, 9, 10, 11, 12])
    expect(gaps).toEqual([{ from: epoch + 1, to: epoch + 1, reason: 'damaged', count: 3 }])
    expect(damage).toEqual([])
  })
})
