import type { HostTime } from './quantity.ts'

/**
 * Who a socket belongs to. Captured at the first sight of the process, so it outlives the process.
 * All text is untrusted and already cleaned (`cleanText`) where it entered.
 */
export type Owner = ProcessOwner | KernelOwner | UnknownOwner

export interface ProcessOwner {
  readonly kind: 'process'
  /** As the host's first pid namespace numbers it, also for a container's pid 1. */
  readonly pid: number
  /** With `pid` the identity of a process on this boot; 0 where the source cannot know it. */
  readonly start: HostTime
  readonly parentPid: number
  /** The kernel's comm, at most 15 bytes. */
  readonly process: string
  /** Path of the program file; '' where the source cannot know it. */
  readonly exe: string
  readonly uid: number
  /** Name from passwd, else the uid in decimal. */
  readonly user: string
  /** Path below the cgroup2 root, '/' for the root itself; '' where the source cannot know it. */
  readonly cgroup: string
  /** '' outside a container; else `docker:<id>`, `containerd:<id>`, `podman:<id>`, `unit:<name>`. */
  readonly container: string
}

/** A socket that the kernel itself opened (ICMP replies, WireGuard, NFS): nobody's, but not unknown. */
export interface KernelOwner {
  readonly kind: 'kernel'
}

export interface UnknownOwner {
  readonly kind: 'unknown'
  /** Why, as a short clause for the screen: "ended before capture began". */
  readonly why: string
  /** Whose the socket is, where the kernel tells of no more than that. */
  readonly account?: Account
}

export interface Account {
  readonly uid: number
  /** Name from passwd, else the uid in decimal. */
  readonly user: string
}

/** Whose traffic it is, as far as that is known. */
export function accountOf(owner: Owner): Account | undefined {
  switch (owner.kind) {
    case 'process':
      return owner
    case 'unknown':
      return owner.account
    case 'kernel':
      return undefined
  }
}

export const kernelOwner: KernelOwner = { kind: 'kernel' }
