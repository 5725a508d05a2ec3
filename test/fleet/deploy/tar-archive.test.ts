import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  archiveEnd,
  archivePiece,
  type ArchiveEntry,
} from '../../../src/fleet/deploy/tar-archive.ts'
import { skipWhere } from '../../sim/skip-where.ts'

const isThere = spawnSync('tar', ['--version']).status === 0

const segment = fc.stringMatching(/^[a-z0-9@_-]{1,60}$/)
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const files = fc.uniqueArray(
  fc.record({
    kind: fc.constant('file' as const),
    path: path.map((one) => `d/${one}.f`),
    content: fc.uint8Array({ maxLength: 2_000 }),
    isExecutable: fc.boolean(),
  }),
  { selector: ({ path }) => path, maxLength: 8 },
)

/** What tar(1) makes of it. */
function unpacked(archive: Uint8Array): readonly ArchiveEntry[] {
  const directory = mkdtempSync(join(tmpdir(), 'e2etop-tar-'))
  try {
    execFileSync('tar', ['-xof', '-'], { cwd: directory, input: archive })
    return readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap(
      (found): readonly ArchiveEntry[] => {
        const file = join(found.parentPath, found.name)
        const at = file.slice(directory.length + 1)
        if (found.isSymbolicLink()) return [{ kind: 'link', path: at, to: readlinkSync(file) }]
        if (!found.isFile()) return []
        const isExecutable = (statSync(file).mode & 0o111) !== 0
        return [{ kind: 'file', path: at, content: readFileSync(file), isExecutable }]
      },
    )
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const sorted = (entries: readonly ArchiveEntry[]) =>
  entries
    .map((one) => (one.kind === 'file' ? { ...one, content: Buffer.from(one.content) } : one))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))

describe('an archive', () => {
  skipWhere(isThere ? undefined : 'needs tar')

  test('gives tar the files and links of all its pieces', () => {
    const link: ArchiveEntry = { kind: 'link', path: 'd/link', to: 'somewhere/else' }
    fc.assert(
      fc.property(files, files, (some, others) => {
        const known = new Set(some.map((one) => one.path))
        const more = others.filter((one) => !known.has(one.path))
        const archive = Buffer.concat([
          archivePiece(some),
          archivePiece([...more, link]),
          archiveEnd,
        ])
        expect(sorted(unpacked(archive))).toEqual(sorted([...some, ...more, link]))
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
    const entry: ArchiveEntry = { kind: 'link', path: 'x'.repeat(101), to: 'y' }
    expect(() => archivePiece([entry])).toThrow(/too long/)
  })
})
