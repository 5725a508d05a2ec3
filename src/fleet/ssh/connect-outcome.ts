import type { Duplex } from 'node:stream'
import type { HostLink } from '../host-link.ts'

/** A logged-in connection to a host. */
export interface SshConnection {
  /** How it was made, where that is not the usual way: for the host's line. */
  readonly note: string
  run(command: string): Promise<RunOutcome>
  /** A connection from that host on to another one; rejects with why there is none. */
  forward(address: string, port: number): Promise<Duplex>
  close(): void
  readonly closed: Promise<void>
}

export type RunOutcome =
  | { readonly kind: 'running'; readonly link: HostLink }
  | { readonly kind: 'failed'; readonly why: string }

export type ConnectOutcome =
  | { readonly kind: 'connected'; readonly connection: SshConnection }
  /** Nobody there, or nobody answers in time. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** It was reached, and it or we do not want to go on. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Only the system's ssh can go on. */
  | { readonly kind: 'beyond us'; readonly what: string; readonly why: string }

/** Whoever wanted it has left. */
export const givenUp: ConnectOutcome = { kind: 'unreachable', why: 'the connection was given up' }
