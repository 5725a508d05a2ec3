import { readlinkSync, statSync } from 'node:fs'
import { limits } from '../../model/limits.ts'
import type { ProcessOwner } from '../../model/owner.ts'
import { loadNative } from '../native.ts'
import { ownerOfProcess } from '../owners/owner-of-process.ts'
import { Owners } from '../owners/owners.ts'
import { listPids, readText } from '../owners/process-stat.ts'
import { descriptorsIn } from '../sockdiag/socket-owners.ts'
import { RouteLink } from './route-link.ts'

/** Who is behind an interface: the process that plays a virtual machine's cable, or a container's first one. */
export interface Guest {
  readonly kind: 'machine' | 'container'
  readonly owner: ProcessOwner
  /** A container's network namespace, by its inode; undefined of a machine, whose sockets are no kernel's of ours. */
  readonly netns: number | undefined
}

export interface GuestsOptions {
  readonly proc?: string
  readonly sysfs?: string
}

const tunDevice = '/dev/net/tun'

/**
 * Guests by the interface that leads to each. Needs root: whose a tap is stands in /proc/PID/fdinfo (`iff:`), and in
 * which network namespace a veth's other end is, the kernel says. Throws `CaptureError` `no-koffi`.
 */
export function findGuests(
  names: readonly string[],
  { proc = '/proc', sysfs = '/sys/class/net' }: GuestsOptions = {},
): ReadonlyMap<string, Guest> {
  const guests = new Map<string, Guest>()
  if (names.length === 0) return guests
  const owners = new Owners({ proc })
  const add = (name: string, kind: Guest['kind'], pid: number) => {
    const owner = ownerOfProcess(owners, proc, pid)
    const netns = kind === 'container' ? namespaceOf(proc, pid) : undefined
    if (owner) guests.set(name, { kind, owner, netns })
  }
  for (const [name, pid] of tapHolders(proc)) if (names.includes(name)) add(name, 'machine', pid)
  for (const [name, pid] of namespacesBehind(names, proc, sysfs)) add(name, 'container', pid)
  return guests
}

/** Processes that hold a tap of our own network namespace, by its name. */
function tapHolders(proc: string): ReadonlyMap<string, number> {
  const holders = new Map<string, number>()
  const own = namespaceOf(proc, 'self')
  let left = limits.descriptorsWalked
  for (const pid of listPids(proc)) {
    for (const fd of descriptorsIn(`${proc}/${pid}/fd`)) {
      if (left-- <= 0) return holders
      if (targetOf(`${proc}/${pid}/fd/${fd}`) !== tunDevice) continue
      const name = /^iff:\s*(\S+)/m.exec(readText(`${proc}/${pid}/fdinfo/${fd}`) ?? '')?.[1]
      if (name !== undefined && namespaceOf(proc, pid) === own) holders.set(name, pid)
    }
  }
  return holders
}

/** Oldest processes of the network namespaces in which the other ends of interfaces are, by the name of ours. */
function namespacesBehind(
  names: readonly string[],
  proc: string,
  sysfs: string,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const link = new RouteLink(loadNative())
  try {
    const behind = new Map<number, string[]>()
    for (const name of names) {
      const number = link.namespaceBehind(Number(readText(`${sysfs}/${name}/ifindex`)))
      if (number !== undefined) behind.set(number, [...(behind.get(number) ?? []), name])
    }
    for (const pid of behind.size === 0 ? [] : firstOfEachNamespace(proc))
      for (const name of behind.get(link.namespaceOf(pid) ?? -1) ?? []) found.set(name, pid)
  } finally {
    link.close()
  }
  return found
}

function firstOfEachNamespace(proc: string): Iterable<number> {
  const first = new Map<number, number>()
  for (const pid of listPids(proc).sort((a, b) => a - b)) {
    const inode = namespaceOf(proc, pid)
    if (inode !== undefined && !first.has(inode)) first.set(inode, pid)
  }
  return first.values()
}

function namespaceOf(proc: string, pid: number | 'self'): number | undefined {
  try {
    return statSync(`${proc}/${pid}/ns/net`).ino
  } catch {
    // It has ended, or is not ours to see.
    return undefined
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    // Closed meanwhile.
    return undefined
  }
}
