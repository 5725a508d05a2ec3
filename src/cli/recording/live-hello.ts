import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { liveProtocol, type Hello } from '../../model/live-message.ts'
import { version } from '../version.ts'

/** How a recorder of this host presents itself. */
export function liveHello(): Hello {
  return {
    protocol: liveProtocol,
    version,
    host: hostname(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  }
}
