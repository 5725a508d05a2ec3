import { readFileSync } from 'node:fs'

/**
 * For how long this thread was ready to run and had no core, since it began, in ms: on one machine, hosts take what
 * would be the console's. 0 on kernels that do not count it.
 */
export function coreWaitMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6
  } catch {
    return 0
  }
}
