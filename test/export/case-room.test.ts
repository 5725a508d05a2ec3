import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Alteration } from '../../src/export/case/alteration.ts'
import { openCase } from '../../src/export/case/read-case.ts'
import { verifyCase } from '../../src/export/case/verify-case.ts'
import type { CasePiece } from '../../src/export/case/write-case.ts'
import { ExportError } from '../../src/export/export-error.ts'
import { numberedFlows } from '../log/numbered-flows.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { flowsPiece, run, wholeHost, writeCase, writePieces } from './scratch-case.ts'

const epoch = 1_700_000_000_000
const pageBytes = 16_384

/** What is found in a file; what is no case at all is a finding too. */
async function found(path: string): Promise<readonly Alteration[]> {
  try {
    const file = await openCase(path)
    try {
      return [...verifyCase(file)]
    } finally {
      file.close()
    }
  } catch (error) {
    if (!(error instanceof ExportError)) throw error
    return [{ where: path, what: error.message }]
  }
}

async function aCase(flows = 600): Promise<string> {
  const path = join(scratchDirectory(), 'case.db')
  await writeCase(path, { web1: numberedFlows(1, flows, epoch), web2: numberedFlows(1, 3, epoch) })
  return path
}

describe('verify', () => {
  test('finds any one bit that is another, wherever it is', async () => {
    const path = await aCase()
    const bytes = readFileSync(path)
    // SQLite says there with which version it wrote, and reads it never again.
    const isCovered = (at: number) => at < 96 || at >= 100
    const altered = join(scratchDirectory(), 'altered.db')
    const flip = async (at: number, bit: number) => {
      const other = Buffer.from(bytes)
      other[at]! ^= 1 << bit
      writeFileSync(altered, other)
      return found(altered)
    }
    for (let at = 0; at < 96; at++) expect(await flip(at, at % 8), `byte ${at}`).not.toEqual([])
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }).filter(isCovered),
        fc.nat({ max: 7 }),
        async (at, bit) => {
          expect(await flip(at, bit), `bit ${bit} of byte ${at}`).not.toEqual([])
        },
      ),
      { numRuns: 300 },
    )
    // The first and the last bytes of each page, where its header and its cells are.
    for (let page = 0; page < bytes.length; page += pageBytes)
      for (const at of [page + 105, page + 8, page + pageBytes - 1])
        expect(await flip(at, 0), `byte ${at}`).not.toEqual([])
  })

  test.each([
    [
      'a table that was made and dropped',
      'CREATE TABLE x(a); INSERT INTO x VALUES(randomblob(50000)); DROP TABLE x',
    ],
    [
      'a row that was there and is gone',
      "INSERT INTO gap VALUES(9, 1, 1, 1, 'x', 1); DELETE FROM gap WHERE id = 9",
    ],
    ['statistics', 'ANALYZE'],
    ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON gap BEGIN SELECT 1; END'],
    ['an index', 'CREATE INDEX x ON flow(tx_bytes)'],
    ['a number as another kind', 'UPDATE proc SET exe = CAST(exe AS BLOB)'],
    [
      'another kind in the schema',
      "PRAGMA writable_schema=1; UPDATE sqlite_master SET type='VIEW' WHERE name='flows'",
    ],
    ['WAL in the header', 'PRAGMA journal_mode=WAL; PRAGMA wal_checkpoint(TRUNCATE)'],
  ])('finds %s', async (_what, sql) => {
    const path = await aCase()
    execFileSync('sqlite3', [path, `${sql};`])
    expect(await found(path)).not.toEqual([])
  })

  test('finds a record with a column more than its table', async () => {
    const path = await aCase()
    const add =
      "PRAGMA writable_schema=1; UPDATE sqlite_master SET sql = replace(sql, 'last_ms INTEGER NOT NULL', 'last_ms INTEGER NOT NULL, hidden TEXT') WHERE name='lost'"
    const remove =
      "PRAGMA writable_schema=1; UPDATE sqlite_master SET sql = replace(sql, ', hidden TEXT', '') WHERE name='lost'"
    execFileSync('sqlite3', [path, `${add};`])
    execFileSync('sqlite3', [path, "UPDATE lost SET hidden = 'secret';"])
    execFileSync('sqlite3', [path, `${remove};`])
    const findings = await found(path)
    expect(findings.map(({ what }) => what)).toContain(
      'has a record with something behind or between its columns',
    )
  })

  test.each([
    ['long notes', 1, 10, 40_000],
    ['many hosts', 700, 30, 10],
    ['many reasons', 40, 20_000, 10],
  ])('finds nothing in a case as it was written: %s', async (_what, hosts, why, notes) => {
    const path = join(scratchDirectory(), 'case.db')
    await writePieces(path, hostsWith(hosts, 'w'.repeat(why)), { notes: 'ü'.repeat(notes) })
    expect(await found(path)).toEqual([])
    const integrity = execFileSync('sqlite3', [path, 'PRAGMA integrity_check'], {
      encoding: 'utf8',
    })
    expect(integrity).toBe('ok\n')
  })
})

function* hostsWith(hosts: number, why: string): Generator<CasePiece> {
  for (let i = 0; i < hosts; i++) {
    const hostName = `web${i}`
    yield { hostName, ...flowsPiece({ ...run, stream: i }, numberedFlows(1, 3, epoch)) }
    const host = { ...wholeHost(hostName), state: 'partial', why: `${why} ${i}` } as const
    yield { hostName, kind: 'end', host, lost: [] }
  }
}
