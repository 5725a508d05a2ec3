import { once } from 'node:events'
import type { Arguments } from '../command-line/arguments.ts'
import { progressLine, type ProgressLine } from './progress-line.ts'

export type OutputFormat = 'table' | 'json' | 'csv'

/** Where a command's answer goes. */
export interface Output {
  readonly format: OutputFormat
  readonly print: (text: string) => void
  /** The same of what is much: resolves when its reader has taken most of it. */
  readonly printed: (text: string) => Promise<void>
  /** For what belongs beside the data: stdout is data only. */
  readonly explain: (line: string) => void
  /** Says how far an answer is, until something is printed. */
  readonly progress: ProgressLine
  /** Cells of a line. */
  readonly width: number
}

export function outputOf(options: Arguments['options']): Output {
  const progress = progressLine(process.stderr)
  const format = options.get('format') as OutputFormat | undefined
  const print = (text: string) => {
    progress.clear()
    return process.stdout.write(text)
  }
  return {
    format: format ?? (process.stdout.isTTY ? 'table' : 'json'),
    print,
    async printed(text) {
      if (!print(text)) await once(process.stdout, 'drain')
    },
    explain(line) {
      progress.clear()
      process.stderr.write(`${line}\n`)
    },
    progress,
    width: process.stdout.columns ?? (Number(process.env['COLUMNS']) || 120),
  }
}
