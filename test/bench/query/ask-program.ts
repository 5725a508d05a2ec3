import { spawnSync } from 'node:child_process'
import { runMeasured } from '../run-measured.ts'
import type { Asked, Engine } from './engine.ts'

/** Beside the program, from where modules are found. */
const program = 'dist/bench-ask.mjs'

/** As one file, so that each engine that is a module loads as fast as ours does. */
export function buildAskProgram(): void {
  const built = ['test/tools/build.mjs', 'test/bench/query/ask.ts', program]
  const { status } = spawnSync(process.execPath, built, { stdio: 'inherit' })
  if (status !== 0) throw new Error('ask.ts cannot be built')
}

export const askModule =
  (engine: string): Engine['ask'] =>
  async (from, question) => {
    const run = await runMeasured([process.execPath, program, engine, from, question])
    return JSON.parse(run.output) as Asked
  }
