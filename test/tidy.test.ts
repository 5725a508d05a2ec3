import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import ts from 'typescript'

/**
 * The floors of src/ARCHITECTURE.md: what each may import besides itself. `host` and above may use all that
 * the floors below them may.
 */
const floors: Record<string, readonly string[]> = {
  model: [],
  'flow-table': ['model'],
  query: ['model'],
  capture: ['model'],
  log: ['model'],
  trust: ['model', 'query'],
  export: ['model', 'query'],
  host: ['model', 'flow-table', 'query', 'capture', 'log', 'trust'],
  recorder: ['host', 'model', 'flow-table', 'query', 'capture', 'log', 'trust'],
  fleet: ['model', 'query', 'trust'],
  analysis: ['model', 'query'],
  names: ['model'],
  ui: ['model', 'query'],
  cli: ['*'],
}
/** The model floor computes; it has no disk, socket or clock. */
const nodeModulesOfModel = ['node:zlib', 'node:crypto']
const linesMax = 250
const processWords = /\bprocess\.(exit|argv|env)\b/

interface Source {
  readonly path: string
  readonly text: string
}
interface Import {
  readonly from: string
  readonly to: string
}

function sourcesOf(root: string): Source[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({
      path: path.split(sep).join('/'),
      text: readFileSync(join(root, path), 'utf8'),
    }))
}

/** Every import and re-export, type-only ones too, because a type is a dependency of the reader. */
function importsOf(source: Source): Import[] {
  const { importedFiles } = ts.preProcessFile(source.text, true, true)
  return importedFiles.map(({ fileName }) => ({
    from: source.path,
    to: fileName.startsWith('.')
      ? normalize(join(dirname(source.path), fileName))
          .split(sep)
          .join('/')
      : fileName,
  }))
}

const floorOf = (path: string) => path.split('/')[0]!

function violationsOf(sources: readonly Source[]): string[] {
  const found: string[] = []
  for (const source of sources) {
    const floor = floorOf(source.path)
    const allowed = floors[floor]
    if (!allowed) {
      found.push(`${source.path}: no such floor`)
      continue
    }
    for (const { to } of importsOf(source)) {
      if (floor === 'model' && to.startsWith('node:') && !nodeModulesOfModel.includes(to))
        found.push(`${source.path} imports ${to}`)
      // Themes and package.json are data, above no floor.
      if (!/\.tsx?$/.test(to) || to.startsWith('..')) continue
      if (floorOf(to) === floor || allowed.includes('*') || allowed.includes(floorOf(to))) continue
      found.push(`${source.path} imports ${to}`)
    }
    if (floor !== 'cli' && processWords.test(source.text))
      found.push(`${source.path} uses ${processWords.exec(source.text)![0]}`)
    const lines = source.text.split('\n').length
    if (lines > linesMax + (longFiles[source.path] ?? 0))
      found.push(`${source.path} has ${lines} lines`)
  }
  return [...found, ...cyclesOf(sources.flatMap(importsOf))]
}

/** Files that may be longer, by how many lines; a ratchet, so only ever made smaller. */
const longFiles: Record<string, number> = {}

function cyclesOf(imports: readonly Import[]): string[] {
  const edges = new Map<string, Import[]>()
  for (const one of imports) edges.set(one.from, [...(edges.get(one.from) ?? []), one])
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) {
      cycles.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`)
    } else if (!done.has(path)) {
      for (const { to } of edges.get(path) ?? []) visit(to, [...trail, path])
      done.add(path)
    }
  }
  for (const path of edges.keys()) visit(path, [])
  return cycles
}

describe('the house', () => {
  test('imports go down the floors only, without a cycle, in files of one screenful', () => {
    expect(violationsOf(sourcesOf('src'))).toEqual([])
  })

  test('each kind of planted violation is found', () => {
    const plant = (path: string, text: string) => violationsOf([{ path, text }])
    expect(plant('model/x.ts', `import { y } from '../query/y.ts'`)).toHaveLength(1)
    expect(plant('ui/x.ts', `import type { Y } from '../host/y.ts'`)).toHaveLength(1)
    expect(plant('query/x.ts', `export type { Y } from '../cli/y.ts'`)).toHaveLength(1)
    expect(plant('capture/x.ts', `type Y = import('../log/y.ts').Y`)).toHaveLength(1)
    expect(plant('model/x.ts', `import fs from 'node:fs'`)).toHaveLength(1)
    expect(plant('host/x.ts', `process.exit(1)`)).toHaveLength(1)
    expect(plant('basement/x.ts', ``)).toHaveLength(1)
    expect(plant('ui/x.ts', '\n'.repeat(linesMax + 1))).toHaveLength(1)
    expect(
      violationsOf([
        { path: 'ui/x.ts', text: `import './y.ts'` },
        { path: 'ui/y.ts', text: `import type { X } from './x.ts'` },
      ]),
    ).toHaveLength(1)
  })

  test('every test folder mirrors a floor or is named in ARCHITECTURE.md', () => {
    const architecture = readFileSync('src/ARCHITECTURE.md', 'utf8')
    for (const entry of readdirSync('test', { withFileTypes: true })) {
      if (!entry.isDirectory() || floors[entry.name]) continue
      expect(architecture, relative('.', join('test', entry.name))).toContain(`test/${entry.name}`)
    }
  })
})
