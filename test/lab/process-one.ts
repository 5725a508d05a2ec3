import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A change of a TCP socket's state while a thread of process 1 was the current one. */
export interface HiddenChange {
  readonly localAddress: string
  readonly localPort: number
  readonly remotePort: number
  readonly closed: boolean
}

export interface ProcessOneWatch {
  /** Since the watch began. */
  readonly changes: () => readonly HiddenChange[]
  readonly close: () => void
}

/**
 * The kernel of some sandboxes runs no BPF program while a thread of process 1 (its keeper) is current, and so none for
 * the packets of a softirq that happened to interrupt one: of softirq_entry BPF saw 6,291 events of others, as ftrace
 * did, and none of the 43 of process 1. It counts them nowhere, not as recursion_misses either. ftrace does see them:
 * what it saw there is all that a test may miss. Without tracefs that is nothing.
 */
export function watchProcessOne(): ProcessOneWatch {
  const mounted = mkdtempSync(join(tmpdir(), 'e2etop-trace-'))
  if (spawnSync('mount', ['-t', 'tracefs', 'none', mounted]).status !== 0) {
    rmdirSync(mounted)
    return { changes: () => [], close() {} }
  }
  const instance = join(mounted, 'instances', `e2etop-${process.pid}-${++watches}`)
  const event = join(instance, 'events/sock/inet_sock_set_state')
  mkdirSync(instance)
  const threads = readdirSync('/proc/1/task').map((id) => `common_pid == ${id}`)
  writeFileSync(join(event, 'filter'), threads.join(' || '))
  writeFileSync(join(event, 'enable'), '1')
  return {
    changes: () => changesIn(readFileSync(join(instance, 'trace'), 'latin1')),
    close() {
      writeFileSync(join(event, 'enable'), '0')
      rmdirSync(instance)
      spawnSync('umount', [mounted])
      rmdirSync(mounted)
    },
  }
}

let watches = 0

const change = / sport=(\d+) dport=(\d+) saddr=(\S+) .*newstate=(\w+)$/gm

const changesIn = (trace: string): HiddenChange[] =>
  [...trace.matchAll(change)].map(([, local, remote, address, state]) => ({
    localAddress: address!,
    localPort: Number(local),
    remotePort: Number(remote),
    closed: state === 'TCP_CLOSE',
  }))
