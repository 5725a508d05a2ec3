import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { LogIdentity } from './record-log.ts'

/** This host and this boot of it, by systemd's machine id; by the host's name where there is none (containers). */
export function hostIdentity(): LogIdentity {
  return {
    hostId: machineId() ?? createHash('sha256').update(hostname()).digest('hex').slice(0, 32),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  }
}

function machineId(): string | undefined {
  try {
    const id = readFileSync('/etc/machine-id', 'utf8').trim()
    return /^[0-9a-f]{32}$/.test(id) ? id : undefined
  } catch {
    // Absent in containers: the name has to do.
    return undefined
  }
}
