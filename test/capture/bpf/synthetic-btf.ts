/** Writes BTF, as little of it as a test of the parser needs (Documentation/bpf/btf.rst). */
export class SyntheticBtf {
  readonly #words: number[] = []
  readonly #types: number[] = []
  #strings = '\0'

  /** Adds a type and gives its id; `words` follow its header. */
  type(kind: number, name: string, size: number, words: readonly number[] = [], vlen = 0): number {
    const flagAndKind = kind === packedStruct ? (1 << 31) | (4 << 24) : kind << 24
    this.#types.push(this.#words.length)
    this.#words.push(this.name(name), (flagAndKind | vlen) >>> 0, size, ...words)
    return this.#types.length
  }

  name(text: string): number {
    if (text === '') return 0
    const at = this.#strings.indexOf(`\0${text}\0`)
    if (at >= 0) return at + 1
    this.#strings += `${text}\0`
    return this.#strings.length - text.length - 1
  }

  build(): Buffer {
    const types = Buffer.from(Uint32Array.from(this.#words).buffer)
    const strings = Buffer.from(this.#strings, 'latin1')
    const header = Buffer.alloc(24)
    header.writeUInt16LE(0xeb9f, 0)
    header[2] = 1
    header.writeUInt32LE(24, 4)
    header.writeUInt32LE(types.length, 12)
    header.writeUInt32LE(types.length, 16)
    header.writeUInt32LE(strings.length, 20)
    return Buffer.concat([header, types, strings])
  }
}

/** A struct whose member offsets hold bit-field widths in their upper 8 bits (kind_flag). */
export const packedStruct = -4
