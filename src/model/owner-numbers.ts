import type { Owner } from './owner.ts'

/** Numbers owners from 0 on, equal ones alike, whatever objects they are: each block that is read makes its own. */
export class OwnerNumbers {
  readonly #numbers = new Map<string, number>()
  #owners: Owner[] = []

  /** Those that have a number, in the order of their numbers. */
  get all(): readonly Owner[] {
    return this.#owners
  }

  of(owner: Owner): number {
    const key = keyOf(owner)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.#owners.length)
    return this.#owners.push(owner) - 1
  }

  clear(): void {
    this.#numbers.clear()
    this.#owners = []
  }
}

/** Field by field: an owner's fields may be getters, of which JSON knows nothing. */
function keyOf(owner: Owner): string {
  if (owner.kind === 'kernel') return 'kernel'
  if (owner.kind === 'unknown')
    return JSON.stringify([owner.why, owner.account?.uid, owner.account?.user])
  const { pid, start, parentPid, process, exe, uid, user, cgroup, container } = owner
  return JSON.stringify([pid, start, parentPid, uid, process, exe, user, cgroup, container])
}
