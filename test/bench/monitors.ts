import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceRequest } from '../../src/capture/open-source.ts'
import { screenRules } from '../../src/host/live-mirror.ts'
import { LiveSession } from '../../src/host/live-session.ts'
import { oneMallocHeap } from '../../src/cli/lean-memory.ts'
import { liveStreamFd, privateRecorderCommand } from '../../src/cli/recording/recorder-request.ts'
import { runIn, type Namespace } from '../lab/namespace-pair.ts'
import type { Variant } from './interleave.ts'

/** A monitor that runs while something else is measured; undefined for the baseline. */
export type Monitor = ChildProcess | undefined

/** Attached, baselines taken, start-up work done. */
const settleMs = 2_000
/** _SC_CLK_TCK, the unit of /proc/PID/stat; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

export const noMonitor: Variant<Monitor> = {
  name: 'none',
  begin: async () => {
    await sleep(settleMs)
    return undefined
  },
  end: async () => {},
}

/** The recorder of the built program, as the monitor starts it; what it sends is read and let go. */
export function e2etop(name: string, request: SourceRequest): Variant<Monitor> {
  return monitor(name, async () => {
    const words = ['dist/e2etop.mjs', privateRecorderCommand, JSON.stringify(request)]
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...oneMallocHeap },
    })
    const session = new LiveSession(child.stdio[liveStreamFd] as Readable, screenRules)
    // It captures, or this throws why not: a recorder that does nothing would cost nothing.
    await session.ask({ kind: 'totals', by: [] })
    return child
  })
}

/** In the namespace of the load, because it reads its sockets from its own. */
export function nethogs(namespace: Namespace): Variant<Monitor> {
  return monitor('nethogs -a', () =>
    runIn(namespace, ['nethogs', '-a', '-t'], { stdio: ['ignore', 'ignore', 'pipe'] }),
  )
}

function monitor(
  name: string,
  start: () => ChildProcess | Promise<ChildProcess>,
): Variant<Monitor> {
  return {
    name,
    begin: async () => {
      const child = await start()
      let complaint = ''
      child.stderr?.on('data', (piece: Buffer) => (complaint += piece.toString()))
      await sleep(settleMs)
      if (child.exitCode !== null) throw new Error(`${name} ended at once: ${complaint}`)
      return child
    },
    end: async (child) => {
      if (child === undefined || child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** CPU time, user and system, that a process has used since it began. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // comm may hold blanks and parentheses: what follows its last one is fields 3 and up.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000
}

export function rssMbOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1000
}
