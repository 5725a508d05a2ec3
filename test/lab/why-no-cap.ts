import { createRequire } from 'node:module'

/** What this machine lacks for live capture of packets; undefined where it must work. */
export function whyNoCap(): string | undefined {
  if (process.getuid?.() !== 0) return 'capturing packets needs root'
  try {
    createRequire(import.meta.url)('cap')
    return undefined
  } catch {
    return 'capturing packets needs the optional package cap, which needs libpcap-dev and a compiler'
  }
}
