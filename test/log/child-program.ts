import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

/** A test's own program as one file that plain node starts in a tenth of the time that tsx takes. */
export function buildChild(source: string, directory: string): string {
  const outfile = join(directory, 'child.mjs')
  buildSync({
    entryPoints: [join(import.meta.dirname, source)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'warning',
  })
  return outfile
}

export const noGcc = (): string | undefined =>
  spawnSync('gcc', ['--version']).status === 0 ? undefined : 'the fault shim needs gcc'

/** The shim as a library to preload. */
export function buildShim(directory: string): string {
  const library = join(directory, 'fault-shim.so')
  const source = join(import.meta.dirname, 'fault-shim.c')
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'])
  return library
}
