import type { ProcessOwner } from '../../model/owner.ts'
import { limits } from '../../model/limits.ts'
import type { Owners } from '../owners/owners.ts'
import { commBytes, identity } from './records.ts'
import type { RecordMemory } from './ring-buffer.ts'

interface Known {
  readonly words: Uint32Array
  readonly owner: ProcessOwner
}

const identityWords = identity.bytes / 4
const nsPerTick = 1e7
const pollsKept = 10
const high = 0x1_0000_0000

/** Owners of the identities in records, found again by their raw bytes, so that no string is built per sample. */
export class ProcessIdentities {
  readonly #owners: Owners
  /** By tgid; more than one entry where a pid was reused or a process renamed itself or changed its uid. */
  readonly #known = new Map<number, Known[]>()
  #count = 0
  #polls = 0

  constructor(owners: Owners) {
    this.#owners = owners
  }

  /** Owner of an identity whose tgid is not 0. */
  ownerAt(memory: RecordMemory, offset: number): ProcessOwner {
    const at = offset >>> 2
    const tgid = memory.words[at]!
    for (const known of this.#known.get(tgid) ?? [])
      if (sameWords(memory.words, at, known.words)) return known.owner
    return this.#remember(memory, offset)
  }

  /** Now and then the owners are asked again: a name that takes time (LDAP, a cgroup in the making) may be there. */
  beginPoll(): void {
    if (++this.#polls % pollsKept === 0) this.#forget()
  }

  #remember(memory: RecordMemory, offset: number): ProcessOwner {
    const words = memory.words.slice(offset >>> 2, (offset >>> 2) + identityWords)
    const owner = this.#owners.processOwner(sighting(words))
    // A cache only: when it has grown too large all of it can go.
    if (this.#count >= limits.identitiesKept) this.#forget()
    this.#known.set(owner.pid, [...(this.#known.get(owner.pid) ?? []), { words, owner }])
    this.#count += 1
    return owner
  }

  #forget(): void {
    this.#known.clear()
    this.#count = 0
  }
}

function sighting(words: Uint32Array): Parameters<Owners['processOwner']>[0] {
  const word = (offset: number) => words[offset / 4]!
  const start = word(identity.start) + word(identity.start + 4) * high
  const comm = new Uint8Array(words.buffer, identity.comm, commBytes)
  const end = comm.indexOf(0)
  return {
    pid: word(identity.tgid),
    startTicks: Math.floor(start / nsPerTick),
    parentPid: word(identity.parent),
    uid: word(identity.uid),
    comm: end === -1 ? comm : comm.subarray(0, end),
    cgroupId: (BigInt(word(identity.cgroup + 4)) << 32n) | BigInt(word(identity.cgroup)),
  }
}

function sameWords(memory: Uint32Array, at: number, words: Uint32Array): boolean {
  for (let i = 0; i < identityWords; i++) if (memory[at + i] !== words[i]) return false
  return true
}
