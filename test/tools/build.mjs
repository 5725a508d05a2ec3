// Builds the program, which starts in a fraction of the time of its modules, and in which React's production build does
// not leak: dist/e2etop.mjs, and beside it a file for each room of src/cli/rooms, of which a process loads what it needs,
// and for what rooms share. What is outside is loaded by few commands, or finds files beside itself.
import { chmodSync, copyFileSync, readFileSync, rmSync } from 'node:fs'
import { build } from 'esbuild'
import { buildWhereabouts } from './build-whereabouts.mjs'
import { assembledKernels } from './assembled-kernels.mjs'
import { lateWidths } from './late-widths.mjs'
import { sharedByRooms } from './shared-by-rooms.mjs'

// Tests bundle small programs of their own in the same way, each in one file: node test/tools/build.mjs [ENTRY OUTFILE]
const [, , entry, outfile] = process.argv

/** Ink loads its devtools only where DEV=true, but esbuild follows every import. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(pluginBuild) {
    const empty = { path: 'data:text/javascript,', external: true }
    pluginBuild.onResolve({ filter: /^\.\/devtools\.js$/ }, () => empty)
  },
}

const usual = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: JSON.parse(readFileSync('src/cli/outside-modules.json', 'utf8')),
  define: { 'process.env.NODE_ENV': '"production"' },
  jsx: 'automatic',
  banner: {
    js: [
      '#!/usr/bin/env node',
      'import { createRequire as requireOfBundle } from "node:module"',
      'const require = requireOfBundle(import.meta.url)',
    ].join('\n'),
  },
  plugins: [withoutDevtools, lateWidths, assembledKernels],
  logLevel: 'warning',
}

if (entry !== undefined) {
  await build({ ...usual, entryPoints: [entry], outfile })
  chmodSync(outfile, 0o755)
} else {
  await buildProgram()
}

async function buildProgram() {
  const rooms = {
    ...usual,
    entryPoints: { e2etop: 'src/cli/main.ts' },
    splitting: true,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    // By what is in them, so that no process loads a file of another build.
    chunkNames: '[name]-[hash]',
  }
  const { metafile } = await build({ ...rooms, metafile: true, write: false })
  rmSync('dist', { recursive: true, force: true })
  await build({ ...rooms, plugins: [...usual.plugins, sharedByRooms(metafile.inputs)] })
  chmodSync('dist/e2etop.mjs', 0o755)
  // What --demo plays, beside the program.
  copyFileSync('test/corpus/demo.samples.jsonl', 'dist/demo.samples.jsonl')
  await buildWhereabouts('dist')
}
