import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import outside from './outside-modules.json' with { type: 'json' }

export interface PackageDirectory {
  /** As it is named in node_modules. */
  readonly name: string
  readonly path: string
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * The packages that the program does not contain, and all that they need, from wherever the program itself would load
 * them. Those inside another come with it; optional ones may be missing.
 */
export function modulesBeside(script: string): readonly PackageDirectory[] {
  const modules = nodeModulesAbove(dirname(script))
  if (modules === undefined) return []
  const found = new Map<string, string>()
  const walk = (name: string, from: string): void => {
    const path = packageAbove(name, from, modules)
    if (path === undefined || [...found.values()].includes(path)) return
    found.set(path.slice(modules.length + 1), path)
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest
    const needed = { ...manifest.dependencies, ...manifest.optionalDependencies }
    for (const one of Object.keys(needed)) walk(one, path)
  }
  for (const name of outside) walk(name, dirname(modules))
  return [...found]
    .map(([name, path]) => ({ name, path }))
    .filter(({ name }) => !name.includes('/node_modules/'))
}

function nodeModulesAbove(directory: string): string | undefined {
  const modules = join(directory, 'node_modules')
  if (existsSync(join(modules, 'koffi'))) return realpathSync(modules)
  return directory === '/' ? undefined : nodeModulesAbove(dirname(directory))
}

/** As Node looks for it: in the package's own node_modules, else in those above, up to `modules`. */
function packageAbove(name: string, from: string, modules: string): string | undefined {
  const path = join(from, 'node_modules', name)
  if (existsSync(join(path, 'package.json'))) return path
  return from === dirname(modules) ? undefined : packageAbove(name, dirname(from), modules)
}
