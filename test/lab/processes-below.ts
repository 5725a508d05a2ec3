import { spawnSync } from 'node:child_process'

/** Those that a process started, and what these started; each before its own. */
export function processesBelow(pid: number): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
  const found = stdout.split('\n').filter(Boolean).map(Number)
  return found.flatMap((one) => [one, ...processesBelow(one)])
}
