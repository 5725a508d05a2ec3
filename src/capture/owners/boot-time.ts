import { readFileSync } from 'node:fs'
import { hostTime, type HostTime } from '../../model/quantity.ts'

/** USER_HZ: what /proc/PID/stat counts in, fixed at 100 on every architecture that Node runs on. */
export const ticksPerSecond = 100

/**
 * When this host booted, from /proc/uptime, which is good to 10 ms; `btime` of /proc/stat is cut to whole seconds
 * and would make a process look up to a second older than its first flow. Ask once and keep it: a later answer
 * differs by the clock's steps, and the start of a process is part of its identity.
 * Where /proc/uptime cannot be read the answer is 0, which means unknown.
 */
export function bootTime(proc: string, now: HostTime): HostTime {
  let uptimeSeconds: number
  try {
    uptimeSeconds = Number.parseFloat(readFileSync(`${proc}/uptime`, 'latin1'))
  } catch {
    // A /proc mounted with subset=pid has no uptime; starts stay unknown.
    return hostTime(0)
  }
  return hostTime(Number.isFinite(uptimeSeconds) ? Math.round(now - uptimeSeconds * 1000) : 0)
}
