import { readdirSync, readlinkSync } from 'node:fs'
import { limits } from '../../model/limits.ts'
import type { Account, Owner } from '../../model/owner.ts'
import type { Owners } from '../owners/owners.ts'
import { ownerOfProcess } from '../owners/owner-of-process.ts'
import { listPids } from '../owners/process-stat.ts'

/** Finds the processes that hold sockets, by the inodes in /proc/PID/fd. */
export class SocketOwners {
  readonly #owners: Owners
  readonly #proc: string

  constructor(owners: Owners, proc: string) {
    this.#owners = owners
    this.#proc = proc
  }

  /**
   * Owners of the sockets with these inodes, of those processes whose descriptors we may read: as a plain user our
   * own. Reads at most `limits.descriptorsWalked` links and stops once all are found. `wanted`: uid by inode.
   */
  find(wanted: ReadonlyMap<number, number>): Map<number, Owner> {
    const found = new Map<number, Owner>()
    let left = limits.descriptorsWalked
    for (const pid of listPids(this.#proc)) {
      // A server holds thousands of sockets: its files are read once a uid, not once a socket.
      const owners = new Map<number, Owner | undefined>()
      const directory = `${this.#proc}/${pid}/fd`
      for (const fd of descriptorsIn(directory)) {
        if (left-- <= 0 || found.size === wanted.size) return found
        const inode = socketInode(`${directory}/${fd}`)
        const uid = inode === undefined ? undefined : wanted.get(inode)
        if (inode === undefined || uid === undefined || found.has(inode)) continue
        if (!owners.has(uid)) owners.set(uid, ownerOfProcess(this.#owners, this.#proc, pid, uid))
        const owner = owners.get(uid)
        if (owner) found.set(inode, owner)
      }
    }
    return found
  }

  account(uid: number): Account {
    return this.#owners.account(uid)
  }
}

/** Names in /proc/PID/fd. */
export function descriptorsIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    // EACCES: another user's process; ENOENT: it has ended.
    return []
  }
}

function socketInode(link: string): number | undefined {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.[1]
    return inode === undefined ? undefined : Number(inode)
  } catch {
    // Closed since it was listed.
    return undefined
  }
}
