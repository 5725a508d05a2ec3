import { uptime } from 'node:os'
import { hostTime, millis } from '../model/quantity.ts'
import type { Clocks } from './clock-watch.ts'

/** The host's clocks now. Node reads /proc/uptime for the boot time, which is exact to 10 ms. */
export function hostClocks(): Clocks {
  return {
    wall: hostTime(Date.now()),
    monotonic: millis(Number(process.hrtime.bigint()) / 1e6),
    boot: millis(uptime() * 1000),
  }
}
