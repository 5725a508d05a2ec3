import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeNamespacePair, whyNoNamespaces, type Namespace } from '../lab/namespace-pair.ts'
import { whyNoBpf } from '../lab/why-no-bpf.ts'
import { compileLoad } from './steady-load.ts'

/** What a recorder is measured in. */
export interface LoadLab {
  /** Which the recorder, another user, may enter. */
  readonly folder: string
  /** Where the load runs. */
  readonly namespace: Namespace
  /** load.c, built. */
  readonly program: string
}

/** Builds e2etop and the load, and gives them to `measure`; says so where this machine cannot. */
export async function inLoadLab(measure: (lab: LoadLab) => Promise<void>): Promise<void> {
  const gcc = spawnSync('gcc', ['--version']).error ? 'the loads need gcc' : undefined
  const why = gcc ?? whyNoBpf() ?? whyNoNamespaces()
  if (why !== undefined) return console.log(`not here: ${why}`)
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  const folder = mkdtempSync(join(tmpdir(), 'e2etop-bench-'))
  chmodSync(folder, 0o755)
  const pair = makeNamespacePair()
  try {
    await measure({ folder, namespace: pair.near, program: compileLoad(folder) })
  } finally {
    pair.close()
    rmSync(folder, { recursive: true })
  }
}
