import { hostname } from 'node:os'

/** This process, as the writer of a case in a directory that other hosts may write to as well. */
export const caseWriter = {
  writer: `${hostname()}-${process.pid}`,
  hasEnded(writer: string): boolean {
    const [, pid] = /-(\d+)$/.exec(writer) ?? []
    return writer === `${hostname()}-${pid}` && !isRunning(Number(pid))
  },
} as const

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
