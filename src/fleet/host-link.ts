import type { Readable, Writable } from 'node:stream'

/** A program on a host, over whatever carries it: what it prints, and what it is told. */
export interface HostLink {
  readonly fromHost: Readable
  readonly toHost: Writable
  /** Settles once nothing more will come. */
  readonly ended: Promise<LinkEnd>
  close(): void
}

export interface LinkEnd {
  /** Undefined where the program gave none: the connection broke, or a signal ended it. */
  readonly exitCode: number | undefined
  /** The end of what it printed as errors, or why the connection broke; not cleaned. */
  readonly complaint: string
}
