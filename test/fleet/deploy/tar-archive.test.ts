import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  archiveEnd,
  archivePiece,
  type ArchivedFile,
} from '../../../src/fleet/deploy/tar-archive.ts'
import { skipWhere } from '../../sim/skip-where.ts'

const isThere = spawnSync('tar', ['--version']).status === 0

const segment = fc.stringMatching(/^[a-z0-9@_-]{1,60}$/)
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const files = fc.uniqueArray(
  fc.record({
    path: path.map((one) => `d/${one}.f`),
    content: fc.uint8Array({ maxLength: 2_000 }),
    isExecutable: fc.boolean(),
  }),
  { selector: ({ path }) => path, maxLength: 8 },
)

/** What tar(1) makes of it. */
function unpacked(archive: Uint8Array): readonly ArchivedFile[] {
  const directory = mkdtempSync(join(tmpdir(), 'e2etop-tar-'))
  try {
    execFileSync('tar', ['-xof', '-'], { cwd: directory, input: archive })
    return readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap(
      (found): readonly ArchivedFile[] => {
        const file = join(found.parentPath, found.name)
        const at = file.slice(directory.length + 1)
        if (!found.isFile()) return []
        const isExecutable = (statSync(file).mode & 0o111) !== 0
        return [{ path: at, content: readFileSync(file), isExecutable }]
      },
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const sorted = (entries: readonly ArchivedFile[]) =>
  entries
    .map((one) => ({ ...one, content: Buffer.from(one.content) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))

describe('an archive', () => {
  skipWhere(isThere ? undefined : 'needs tar')

  test('gives tar the files of all its pieces', () => {
    fc.assert(
      fc.property(files, files, (some, others) => {
        const known = new Set(some.map((one) => one.path))
        const more = others.filter((one) => !known.has(one.path))
        const archive = Buffer.concat([archivePiece(some), archivePiece(more), archiveEnd])
        expect(sorted(unpacked(archive))).toEqual(sorted([...some, ...more]))
      }),
      { numRuns: 25 },
    )
  })

  test('of the same files is the same', () => {
    const [file] = fc.sample(
      files.filter((some) => some.length > 0),
      1,
    )
    expect(archivePiece(file!)).toEqual(archivePiece(file!))
  })

  test('refuses a path that it cannot hold', () => {
    const path = 'x'.repeat(101)
    const file = { path, content: new Uint8Array(), isExecutable: false }
    expect(() => archivePiece([file])).toThrow(/too long/)
  })
})
