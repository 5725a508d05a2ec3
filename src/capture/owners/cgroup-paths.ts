import { readdirSync, statSync } from 'node:fs'
import { limits } from '../../model/limits.ts'
import type { HostTime } from '../../model/quantity.ts'
import { readText } from './process-stat.ts'
import { RecentMap } from './recent-map.ts'

/** A walk reads the whole tree (4,096 directories: some 50 ms), so a host full of short-lived cgroups must wait. */
const walkEveryMs = 10_000

/** Bytes as latin1 all through, because a cgroup's name may be any bytes and must find its directory again. */
const fromLatin1 = (path: string) => Buffer.from(path, 'latin1')

/** What /proc/PID/cgroup says: the path in cgroup2, and those in the v1 hierarchies of a legacy or hybrid host. */
export interface CgroupMembership {
  readonly unified: string | undefined
  readonly legacy: readonly string[]
}

export function parseMembership(text: string): CgroupMembership {
  let unified: string | undefined
  const legacy: string[] = []
  for (const line of text.split('\n')) {
    const [, hierarchy, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? []
    if (path === undefined) continue
    // A cgroup that was removed under its process; a path that climbs lies outside of our cgroup namespace.
    const bare = path.replace(/ \(deleted\)$/, '')
    if (bare.startsWith('/..')) continue
    if (hierarchy === '0' && controllers === '') unified = bare
    else legacy.push(bare)
  }
  return { unified, legacy }
}

export function readMembership(proc: string, pid: number): CgroupMembership {
  return parseMembership(readText(`${proc}/${pid}/cgroup`) ?? '')
}

/** Where cgroup2 is mounted (/sys/fs/cgroup, on hybrid hosts /sys/fs/cgroup/unified); undefined where it is not. */
export function findCgroup2(mounts: string): string | undefined {
  for (const line of mounts.split('\n')) {
    const [, target, type] = line.split(' ')
    // proc(5): blanks and backslashes are written as octal escapes.
    if (type === 'cgroup2' && target !== undefined)
      return target.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      )
  }
  return undefined
}

/** Paths by cgroup id, which is the inode of the cgroup2 directory. A path once known outlives its cgroup. */
export class CgroupPaths {
  readonly #root: string | undefined
  readonly #known = new RecentMap<bigint, string>(limits.cgroupsKnown)
  #walkedAt = Number.NEGATIVE_INFINITY

  constructor(proc: string) {
    this.#root = findCgroup2(readText(`${proc}/mounts`) ?? '')
  }

  /** Whether a path that was not found would be looked for again. */
  mayWalk(now: HostTime): boolean {
    return now - this.#walkedAt >= walkEveryMs
  }

  /**
   * The path below the cgroup2 root as latin1, '' where the cgroup is gone or there is no cgroup2, undefined where
   * it was not looked for because the last walk is too recent. `claimed` is what /proc/PID/cgroup says, which
   * saves the walk if its inode fits; it need not, because processes move.
   */
  pathOf(id: bigint, claimed: string | undefined, now: HostTime): string | undefined {
    if (id === 0n) return claimed ?? ''
    if (this.#root === undefined) return ''
    const known = this.#known.get(id)
    if (known !== undefined) return known
    if (claimed !== undefined && this.#inodeOf(claimed) === id) {
      this.#known.set(id, claimed)
      return claimed
    }
    if (!this.mayWalk(now)) return undefined
    this.#walkedAt = now
    this.#walk()
    return this.#known.get(id) ?? ''
  }

  #inodeOf(path: string): bigint | undefined {
    try {
      return statSync(fromLatin1(this.#root + path), { bigint: true }).ino
    } catch {
      // Removed since it was named.
      return undefined
    }
  }

  /** Breadth first, so that a tree beyond the bound loses its deepest cgroups and not whole branches. */
  #walk(): void {
    const paths = ['/']
    for (let i = 0; i < paths.length && i < limits.cgroupsWalked; i++) {
      const path = paths[i]!
      const inode = this.#inodeOf(path)
      if (inode !== undefined) this.#known.set(inode, path)
      for (const name of this.#childrenOf(path))
        paths.push(path === '/' ? `/${name}` : `${path}/${name}`)
    }
  }

  #childrenOf(path: string): string[] {
    try {
      return readdirSync(fromLatin1(this.#root + path), { withFileTypes: true, encoding: 'latin1' })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    } catch {
      // Removed during the walk.
      return []
    }
  }
}
