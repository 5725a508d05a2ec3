// Builds dist/e2etop.mjs: the whole program in one file, because it starts in a third of the time of its modules
// and React's production build does not leak. What is outside is loaded by few commands, or finds files beside itself.
import { chmodSync, copyFileSync, readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { buildWhereabouts } from './build-whereabouts.mjs'

// Tests bundle small programs of their own in the same way: node test/tools/build.mjs [ENTRY OUTFILE]
const [, , entry = 'src/cli/main.ts', outfile = 'dist/e2etop.mjs'] = process.argv

/** Ink imports its devtools only where DEV=true, but esbuild follows every import. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(pluginBuild) {
    const namespace = 'without-devtools'
    pluginBuild.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace }))
    pluginBuild.onLoad({ filter: /.*/, namespace }, () => ({ contents: 'export default {}' }))
  },
}

await build({
  entryPoints: [entry],
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
  plugins: [withoutDevtools],
  logLevel: 'warning',
  outfile,
})
chmodSync(outfile, 0o755)
// What --demo plays, beside the program.
if (outfile === 'dist/e2etop.mjs') {
  copyFileSync('test/corpus/demo.samples.jsonl', 'dist/demo.samples.jsonl')
  await buildWhereabouts()
}
