import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export const program = 'dist/e2etop.mjs'

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the built program; stdin is empty, and no variable of the test run reaches it but PATH and `env`. */
export function startProgram(
  args: readonly string[],
  env: Record<string, string> = {},
  script = program,
) {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  })
  return { child, finished: finish(child) }
}

/** Copies the built program into a directory, with the packages that it loads in reach. Gives its script. */
export function copyProgram(directory: string): string {
  cpSync(dirname(program), join(directory, 'dist'), { recursive: true })
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'))
  return join(directory, program)
}

/** Runs the built program to its end. */
export const runProgram = (args: readonly string[], env: Record<string, string> = {}) =>
  startProgram(args, env).finished

/** What a command prints with `--format json`. */
export const jsonLines = (stdout: string): readonly Readonly<Record<string, unknown>>[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)

function finish(child: ChildProcess): Promise<Finished> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (piece: Buffer) => (stdout += piece.toString()))
  child.stderr?.on('data', (piece: Buffer) => (stderr += piece.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}
