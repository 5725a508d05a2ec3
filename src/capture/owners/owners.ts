import { cleanBytes, cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import type { Account, ProcessOwner } from '../../model/owner.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import { bootTime, ticksPerSecond } from './boot-time.ts'
import { CgroupPaths, readMembership, type CgroupMembership } from './cgroup-paths.ts'
import { containerOf } from './container-of.ts'
import type { ProcessSighting } from './process-sighting.ts'
import { readStat } from './process-stat.ts'
import { Programs } from './programs.ts'
import { RecentMap } from './recent-map.ts'
import { sightingKey } from './sighting-key.ts'
import { askGetent, UserNames, type AskNameService } from './user-names.ts'

/** Where the host keeps what owners are made of; replaced by tests. */
export interface OwnersOptions {
  readonly proc?: string
  readonly passwd?: string
  readonly askNameService?: AskNameService
  readonly now?: () => HostTime
}

interface Known {
  /** What the owner was made of, to tell another process with the same key. */
  readonly pid: number
  readonly startTicks: number
  readonly uid: number
  readonly comm: string
  owner: ProcessOwner
  /** Its cgroup was not found yet and is worth another look. */
  cgroupPending: boolean
  /** `Owners.#learned` when the owner was made. */
  learned: number
}

const utf8OfLatin1 = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8')

/**
 * Makes owners of sightings: fills in program, user, cgroup and container at the first sight of a process and
 * keeps them, so that flows of a process that has ended keep its names. One object for one pid, start, uid and
 * comm, which may be compared by identity until the process is forgotten (`limits.ownersKnown`) or a name that
 * took time (LDAP, a cgroup that was being made) is filled in.
 */
export class Owners {
  readonly #proc: string
  readonly #now: () => HostTime
  readonly #bootedAt: HostTime
  readonly #users: UserNames
  readonly #cgroups: CgroupPaths
  readonly #programs: Programs
  readonly #known = new RecentMap<number, Known>(limits.ownersKnown)

  constructor(options: OwnersOptions = {}) {
    this.#proc = options.proc ?? '/proc'
    this.#now = options.now ?? (() => hostTime(Date.now()))
    this.#bootedAt = bootTime(this.#proc, this.#now())
    this.#users = new UserNames(
      options.passwd ?? '/etc/passwd',
      options.askNameService ?? askGetent,
    )
    this.#cgroups = new CgroupPaths(this.#proc)
    const uptimeMs = this.#now() - this.#bootedAt
    this.#programs = new Programs(this.#proc, Math.floor((uptimeMs / 1000) * ticksPerSecond))
  }

  /** Never throws; what cannot be known is '' (exe, cgroup), 0 (start) or the uid in decimal (user). */
  processOwner(sighting: ProcessSighting): ProcessOwner {
    const key = sightingKey(sighting)
    const known = this.#known.get(key)
    if (known && isSameProcess(known, sighting)) {
      if (known.learned !== this.#learned) this.#nameAgain(known)
      if (known.cgroupPending && this.#cgroups.mayWalk(this.#now()))
        this.#placeAgain(known, sighting)
      return known.owner
    }
    const made = this.#firstSight(sighting)
    this.#known.set(key, made)
    return made.owner
  }

  /** For a socket of which no more is known. */
  account(uid: number): Account {
    return { uid, user: this.#users.nameOf(uid) }
  }

  /**
   * A process called execve: `path` as called, relative if it was, and `file` the name of what it led to. Sightings from before it, which carry
   * the old comm, keep the old program.
   */
  recordExec(pid: number, startTicks: number, path: string, file = ''): void {
    this.#programs.recordExec(pid, startTicks, path, file)
  }

  /** Remembers what is running now; call it once, as root, before dropping privileges. */
  seedFromProc(): void {
    this.#programs.seed()
  }

  #firstSight(sighting: ProcessSighting): Known {
    const { pid, startTicks, parentPid, uid } = sighting
    const comm = Buffer.from(sighting.comm).toString('latin1')
    const place = this.#placeOf(sighting)
    const exe = this.#programs.exeOf({ pid, startTicks, parentPid, comm })
    const owner: ProcessOwner = {
      kind: 'process',
      pid,
      start: this.#startOf(startTicks),
      parentPid,
      process: cleanBytes(sighting.comm, limits.nameLength),
      exe: cleanText(exe, limits.pathLength),
      uid,
      user: this.#users.nameOf(uid),
      cgroup: place.cgroup,
      container: place.container,
    }
    const learned = this.#learned
    return { pid, startTicks, uid, comm, owner, cgroupPending: place.pending, learned }
  }

  #startOf(startTicks: number): HostTime {
    if (startTicks === 0 || this.#bootedAt === 0) return hostTime(0)
    return hostTime(this.#bootedAt + (startTicks * 1000) / ticksPerSecond)
  }

  /**
   * Cgroup and container. On a hybrid host container runtimes use the v1 hierarchies and leave cgroup2 at its
   * root, so those name the container where cgroup2 does not; `cgroup` is never taken from them.
   */
  #placeOf(sighting: ProcessSighting) {
    const membership = this.#membershipOf(sighting)
    const path = this.#cgroups.pathOf(sighting.cgroupId, membership.unified, this.#now())
    const containers = [path ?? '', ...membership.legacy].map(utf8OfLatin1).map(containerOf)
    return {
      cgroup: cleanText(utf8OfLatin1(path ?? ''), limits.pathLength),
      container: containers.find((container) => container !== '') ?? '',
      pending: path === undefined,
    }
  }

  #membershipOf({ pid, startTicks }: ProcessSighting): CgroupMembership {
    const membership = readMembership(this.#proc, pid)
    // Read before the start, so that a pid that was given to another process meanwhile is found out.
    const isSame = startTicks !== 0 && readStat(this.#proc, pid)?.startTicks === startTicks
    return isSame ? membership : { unified: undefined, legacy: [] }
  }

  /** Grows when something became known that may be news about an owner made before. */
  get #learned(): number {
    return this.#users.answers + this.#programs.replacements
  }

  #nameAgain(known: Known): void {
    known.learned = this.#learned
    const { pid, startTicks, comm, owner } = known
    const user = this.#users.nameOf(owner.uid)
    const program = this.#programs.exeOf({ pid, startTicks, parentPid: owner.parentPid, comm })
    const exe = program === '' ? owner.exe : cleanText(program, limits.pathLength)
    if (user !== owner.user || exe !== owner.exe) known.owner = { ...owner, user, exe }
  }

  #placeAgain(known: Known, sighting: ProcessSighting): void {
    const { cgroup, container, pending } = this.#placeOf(sighting)
    known.cgroupPending = pending
    if (cgroup !== '' || container !== '') known.owner = { ...known.owner, cgroup, container }
  }
}

function isSameProcess(known: Known, { pid, startTicks, uid, comm }: ProcessSighting): boolean {
  if (known.pid !== pid || known.startTicks !== startTicks || known.uid !== uid) return false
  if (known.comm.length !== comm.length) return false
  for (let i = 0; i < comm.length; i++) if (known.comm.charCodeAt(i) !== comm[i]) return false
  return true
}
