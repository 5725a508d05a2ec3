import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import { completionScripts, type Shell } from './scripts.ts'

/** `e2etop completion SHELL`: what that shell reads to complete e2etop. */
export function completion({ operands }: Arguments): number {
  process.stdout.write(completionScripts[operands[0] as Shell])
  return exitCode.ok
}
