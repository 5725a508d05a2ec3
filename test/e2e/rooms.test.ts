import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

interface Loads {
  readonly imports: readonly string[]
  readonly later: readonly string[]
}
/** Of the built program: what each file imports at once, and what it loads later, without the hashes of names. */
const files = new Map<string, Loads>(
  readdirSync('dist')
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => {
      const text = readFileSync(`dist/${name}`, 'utf8')
      const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, path = '']) => path)
      const imports = found(/^(?:import|export) (?:[^"';]*from )?"([^"]+)"/gm)
      return [`./${name}`, { imports, later: found(/\bimport\("([^"]+)"\)/g) }]
    }),
)
const plain = (path: string) => path.replace(/-[0-9A-Z]{8}\.mjs$/, '')
const fileOf = (room: string) => [...files.keys()].find((path) => plain(path) === `./${room}`)!

/** What a process that loads the room has then, and what it may load later. */
function loadedWith(room: string) {
  const loaded = new Set<string>()
  const left = [fileOf(room)]
  for (let path; (path = left.pop()) !== undefined;) {
    if (loaded.has(path)) continue
    loaded.add(path)
    left.push(...(files.get(path)?.imports ?? []))
  }
  const later = [...loaded].flatMap((path) => files.get(path)?.later ?? [])
  const packages = [...loaded].filter((path) => !/^(\.\/|node:)/.test(path))
  return { packages, later: [...new Set(later.map(plain))].toSorted() }
}
/** Node's own; and what stands for Ink's devtools, which is empty. */
const isNoFile = /^(node|data):/

describe('the built program', () => {
  test('is its rooms and four files that they share', () => {
    const rooms = readdirSync('src/cli/rooms').map((name) => `./${name.replace('.ts', '')}`)
    const names = [...files.keys()].map(plain)
    expect(names.filter((name) => name !== './chunk').toSorted()).toEqual(
      ['./e2etop.mjs', ...rooms].toSorted(),
    )
    expect(names.filter((name) => name === './chunk')).toHaveLength(4)
  })

  test('has all that a recorder needs in what it loads at its start', () => {
    expect(loadedWith('record')).toEqual({ packages: [], later: [] })
  })

  test('loads nothing but packages once a monitor is there', () => {
    const later = ['host', 'screen', 'fleet'].flatMap((room) => loadedWith(room).later)
    const rooms = later.filter((path) => path.startsWith('./'))
    // Loaded before the first frame.
    expect(new Set(rooms)).toEqual(new Set(['./fleet', './screen']))
    const packages = later.filter((path) => !rooms.includes(path) && !isNoFile.test(path))
    expect(new Set(packages.map((path) => path.split('/')[0]))).toEqual(
      new Set(['blessed', 'blessed-contrib', 'sql.js', 'ssh2']),
    )
  })
})
