/** Kinds of types in BTF (Documentation/bpf/btf.rst) that are looked up by name. */
export const btfKind = { struct: 4, union: 5, enum: 6, typedef: 8, func: 12 } as const
export type BtfKind = (typeof btfKind)[keyof typeof btfKind]

/** Where a member lies in its struct; anonymous members between them are already added up. */
export interface BtfMember {
  /** In bytes; for a bit-field, of the byte that holds its first bit. */
  readonly offset: number
  /** First bit within that byte; 0 unless it is a bit-field. */
  readonly bit: number
  /** Width in bits of a bit-field, 0 for a plain member. */
  readonly bitWidth: number
  readonly typeId: number
}

const magic = 0xeb9f
const typeHeaderBytes = 12
const memberBytes = 12
const modifiers = { const: 10, volatile: 9, restrict: 11, typedef: btfKind.typedef, typeTag: 18 }
const modifierKinds: readonly number[] = Object.values(modifiers)

/** Bytes that follow the header of a type: `fixed + perElement * vlen`, by kind. */
const trailers: readonly (readonly [fixed: number, perElement: number])[] = [
  [0, 0], // void
  [4, 0], // int
  [0, 0], // pointer
  [12, 0], // array
  [0, 12], // struct
  [0, 12], // union
  [0, 8], // enum
  [0, 0], // forward
  [0, 0], // typedef
  [0, 0], // volatile
  [0, 0], // const
  [0, 0], // restrict
  [0, 0], // function
  [0, 8], // function prototype
  [4, 0], // variable
  [0, 12], // data section
  [0, 0], // float
  [4, 0], // declaration tag
  [0, 0], // type tag
  [0, 12], // enum64
]

/**
 * The kernel's own description of its types, /sys/kernel/btf/vmlinux: about 5.5 MB and 126,000 types. One pass
 * over the headers notes where each type and its name lie, so no string is made for any of them (70 ms became 10), and
 * nothing for the collector either: a map by name took 8 MB. Drop the parser after use; it holds the whole blob.
 */
export class Btf {
  readonly #bytes: Buffer
  readonly #strings: Buffer
  /** Byte offset of each type, by id; id 0 is void. */
  readonly #types: Uint32Array
  /** Where its name lies in the strings, by id. The kernel's build writes each string once. */
  readonly #names: Uint32Array

  /** Throws a RangeError if the bytes are not BTF of a kind known here. */
  constructor(bytes: Buffer) {
    if (bytes.length < 24 || bytes.readUInt16LE(0) !== magic) throw new RangeError('no BTF magic')
    this.#bytes = bytes
    const header = bytes.readUInt32LE(4)
    const types = header + bytes.readUInt32LE(8)
    const strings = header + bytes.readUInt32LE(16)
    this.#strings = bytes.subarray(strings, strings + bytes.readUInt32LE(20))
    const most = 1 + Math.floor(bytes.readUInt32LE(12) / typeHeaderBytes)
    this.#types = new Uint32Array(most)
    this.#names = new Uint32Array(most)
    this.#index(types, types + bytes.readUInt32LE(12))
  }

  /** Id of a named type; undefined where this kernel has none. */
  find(kind: BtfKind, name: string): number | undefined {
    const nameOffset = this.#strings.indexOf(`\0${name}\0`) + 1
    if (nameOffset === 0) return undefined
    // The first of a name wins: later ones are twins that differ in a type that was private to a file.
    let id = this.#names.indexOf(nameOffset)
    while (id > 0 && this.#kind(this.#types[id]!) !== kind)
      id = this.#names.indexOf(nameOffset, id + 1)
    return id > 0 ? id : undefined
  }

  /** A member by its dotted path from a struct; undefined where this kernel's struct has none. */
  member(struct: string, path: string): BtfMember | undefined {
    let typeId = this.find(btfKind.struct, struct)
    let base = 0
    let found: BtfMember | undefined
    for (const name of path.split('.')) {
      if (typeId === undefined) return undefined
      found = this.#memberOf(this.#unmodified(typeId), name)
      if (!found) return undefined
      base += found.offset
      typeId = found.typeId
    }
    return found && { ...found, offset: base }
  }

  /** The number of an enumerator; undefined where this kernel's enum has none. */
  enumerator(name: string, enumerator: string): number | undefined {
    const id = this.find(btfKind.enum, name)
    if (id === undefined) return undefined
    const at = this.#types[id]!
    const wanted = this.#strings.indexOf(`\0${enumerator}\0`) + 1
    for (let i = 0; i < this.#length(at); i++) {
      const entry = at + typeHeaderBytes + 8 * i
      if (this.#bytes.readUInt32LE(entry) === wanted) return this.#bytes.readInt32LE(entry + 4)
    }
    return undefined
  }

  #index(start: number, end: number): void {
    for (let [at, id] = [start, 1]; at < end; id++) {
      const kind = this.#kind(at)
      const trailer = trailers[kind]
      if (!trailer) throw new RangeError(`BTF type of unknown kind ${kind}`)
      this.#types[id] = at
      this.#names[id] = this.#bytes.readUInt32LE(at)
      at += typeHeaderBytes + trailer[0] + trailer[1] * this.#length(at)
    }
  }

  #kind(at: number): number {
    return (this.#bytes.readUInt32LE(at + 4) >>> 24) & 31
  }

  #length(at: number): number {
    return this.#bytes.readUInt16LE(at + 4)
  }

  /** Follows typedef, const, volatile and the like to the type itself. */
  #unmodified(id: number): number {
    let typeId = id
    while (modifierKinds.includes(this.#kind(this.#types[typeId]!)))
      typeId = this.#bytes.readUInt32LE(this.#types[typeId]! + 8)
    return typeId
  }

  #memberOf(id: number, name: string): BtfMember | undefined {
    const at = this.#types[id]!
    // kind_flag: the upper 8 bits of a member's offset are then the width of a bit-field.
    const packed = this.#bytes.readUInt32LE(at + 4) >>> 31 === 1
    for (let i = 0; i < this.#length(at); i++) {
      const entry = at + typeHeaderBytes + memberBytes * i
      const typeId = this.#bytes.readUInt32LE(entry + 4)
      const raw = this.#bytes.readUInt32LE(entry + 8)
      const bits = packed ? raw & 0xff_ffff : raw
      const nameOffset = this.#bytes.readUInt32LE(entry)
      if (nameOffset === 0) {
        const inner = this.#memberOf(this.#unmodified(typeId), name)
        if (inner) return { ...inner, offset: inner.offset + (bits >>> 3) }
      } else if (this.#nameIs(nameOffset, name)) {
        return { offset: bits >>> 3, bit: bits & 7, bitWidth: packed ? raw >>> 24 : 0, typeId }
      }
    }
    return undefined
  }

  #nameIs(offset: number, name: string): boolean {
    const end = offset + name.length
    return this.#strings[end] === 0 && this.#strings.toString('latin1', offset, end) === name
  }
}
