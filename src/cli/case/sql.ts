import { spawn } from 'node:child_process'
import { limits } from '../../model/limits.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { exitCode } from '../exit-code.ts'
import type { OutputFormat } from '../query/output.ts'
import { askedBudget } from '../query/asked-question.ts'
import { sayNotVerified } from './not-verified.ts'
import { privateSqlCommand, type SqlRequest } from './sql-request.ts'

/** MB of JavaScript objects in the process that runs a statement; SQLite has a limit of its own. */
const heapMb = 512

/**
 * `e2etop sql`: in a process of its own, because SQLite as WebAssembly cannot be interrupted, and a statement on
 * somebody else's file may never end.
 */
export async function sql({ operands, options }: Arguments): Promise<number> {
  const { rows, time } = askedBudget(options)
  const format = (options.get('format') ??
    (process.stdout.isTTY ? 'table' : 'json')) as OutputFormat
  const rowsMax = Math.min(rows, format === 'table' ? limits.caseRowsShown : limits.sqlRowsMax)
  const request: SqlRequest = { path: operands[0]!, sql: operands[1]!, format, rowsMax }
  const command = [
    process.execPath,
    `--max-old-space-size=${heapMb}`,
    process.argv[1]!,
    privateSqlCommand,
    JSON.stringify(request),
  ]
  const child = spawn(
    '/bin/sh',
    // Should this process be killed, the system ends the other one all the same.
    ['-c', `ulimit -t ${Math.ceil(time / 1000) + 1}; exec "$0" "$@"`, ...command],
    { stdio: 'inherit' },
  )
  let isLate = false
  const deadline = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, time)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  // Ctrl-C reaches the child too, and ends it; this process then says how it ended.
  process.on('SIGINT', () => {})
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.on('error', reject)
      child.on('close', (...how) => resolve(how))
    },
  )
  clearTimeout(deadline)
  if (isLate) {
    process.stderr.write(
      `e2etop: stopped after ${time / 1000} s; ask for less, or give it more: --limit time=10m\n`,
    )
    return exitCode.partial
  }
  if (signal === 'SIGINT') return exitCode.interrupted
  if (code === exitCode.ok || code === exitCode.partial) sayNotVerified(request.path)
  return code ?? exitCode.failed
}
