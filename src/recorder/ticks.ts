import type { Recorder } from './recorder.ts'

const drainEveryMs = 100
const drainsPerTick = 10

/** What else happens after the first tick and after each. */
export interface TickHooks {
  readonly first?: () => void
  readonly each?: () => void
}

/** Ticks until `stop`; the first at once, for the baselines of connections older than us. */
export async function runTicks(
  recorder: Recorder,
  stop: AbortSignal,
  { first, each }: TickHooks = {},
): Promise<void> {
  recorder.tick()
  first?.()
  let drains = 0
  const stopped = new Promise<void>((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        if (++drains % drainsPerTick !== 0) return recorder.drain()
        recorder.tick()
        each?.()
      } catch (error) {
        clearInterval(timer)
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }, drainEveryMs)
    const end = () => {
      clearInterval(timer)
      resolve()
    }
    if (stop.aborted) end()
    stop.addEventListener('abort', end, { once: true })
  })
  await stopped
}
