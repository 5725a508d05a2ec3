/** A BPF register: r0 result, r1..r5 arguments (lost by a call), r6..r9 kept, r10 the frame pointer. */
export interface Register {
  readonly register: number
}
const register = (number: number): Register => ({ register: number })
export const r0 = register(0)
export const r1 = register(1)
export const r2 = register(2)
export const r3 = register(3)
export const r4 = register(4)
export const r5 = register(5)
export const r6 = register(6)
export const r7 = register(7)
export const r8 = register(8)
export const r9 = register(9)
/** The frame pointer: 512 bytes of stack lie below it. */
export const fp = register(10)

/** Width of a memory access in bytes. */
export type Width = 1 | 2 | 4 | 8
export type Alu = 'add' | 'sub' | 'or' | 'and' | 'lsh' | 'rsh' | 'mov'
export type Comparison = '==' | '!=' | '>' | '>=' | '<' | '<=' | 's>' | 's<'

// Opcodes: Documentation/bpf/standardization/instruction-set.rst.
const aluCodes: Record<Alu, number> = {
  add: 0x07,
  sub: 0x17,
  or: 0x47,
  and: 0x57,
  lsh: 0x67,
  rsh: 0x77,
  mov: 0xb7,
}
const jumpCodes: Record<Comparison, number> = {
  '==': 0x15,
  '>': 0x25,
  '>=': 0x35,
  '!=': 0x55,
  's>': 0x65,
  '<': 0xa5,
  '<=': 0xb5,
  's<': 0xc5,
}
const widthCodes: Record<Width, number> = { 1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18 }
const fromRegister = 0x08
const loadMemory = 0x61
const storeRegister = 0x63
const storeImmediate = 0x62
const atomicAdd64 = 0xdb
const swapToHost = 0xdc
const loadWide = 0x18
const always = 0x05
const call = 0x85
const exit = 0x95
const sourceIsMapFd = 1
const sourceIsMapValue = 2
const sourceIsKernelFunction = 2

interface Instruction {
  readonly code: number
  readonly destination: number
  readonly source: number
  readonly offset: number
  readonly immediate: number
  readonly target?: string
}

/** Writes a BPF program instruction by instruction. Methods give the assembler back, to be chained. */
export class Assembler {
  readonly #instructions: Instruction[] = []
  readonly #labels = new Map<string, number>()
  #fresh = 0

  /** `destination op= source` on 64 bits. */
  alu(op: Alu, destination: Register, source: Register | number): this {
    const code = aluCodes[op]
    return typeof source === 'number'
      ? this.#emit(code, { destination, immediate: source })
      : this.#emit(code | fromRegister, { destination, source })
  }

  mov(destination: Register, source: Register | number): this {
    return this.alu('mov', destination, source)
  }

  /** `destination = base + offset`, the address of something. */
  address(destination: Register, base: Register, offset: number): this {
    return this.mov(destination, base).alu('add', destination, offset)
  }

  load(width: Width, destination: Register, base: Register, offset: number): this {
    return this.#emit(loadMemory | widthCodes[width], { destination, source: base, offset })
  }

  store(width: Width, base: Register, offset: number, value: Register | number): this {
    return typeof value === 'number'
      ? this.#emit(storeImmediate | widthCodes[width], {
          destination: base,
          offset,
          immediate: value,
        })
      : this.#emit(storeRegister | widthCodes[width], { destination: base, source: value, offset })
  }

  /** Adds to 8 bytes of memory, whole for every other processor. */
  atomicAdd(base: Register, offset: number, value: Register): this {
    return this.#emit(atomicAdd64, { destination: base, source: value, offset })
  }

  /** Two bytes from network order to the host's; the rest of the register becomes 0. */
  fromNetwork16(destination: Register): this {
    return this.#emit(swapToHost, { destination, immediate: 16 })
  }

  /** The address of a map, by its descriptor: two slots, resolved when the program is loaded. */
  map(destination: Register, fd: number): this {
    return this.#emit(loadWide, {
      destination,
      source: register(sourceIsMapFd),
      immediate: fd,
    }).#emit(0, {})
  }

  /** The address of a place in the only element of an array map. */
  mapValue(destination: Register, fd: number, offset: number): this {
    return this.#emit(loadWide, {
      destination,
      source: register(sourceIsMapValue),
      immediate: fd,
    }).#emit(0, { immediate: offset })
  }

  call(helper: number): this {
    return this.#emit(call, { immediate: helper })
  }

  /** Calls a kernel function (kfunc) by the id of its BTF type. */
  callKernel(typeId: number): this {
    return this.#emit(call, { source: register(sourceIsKernelFunction), immediate: typeId })
  }

  label(name: string): this {
    if (this.#labels.has(name)) throw new Error(`label ${name} is there twice`)
    this.#labels.set(name, this.#instructions.length)
    return this
  }

  /** A label that no other part of the program uses. */
  freshLabel(): string {
    this.#fresh += 1
    return `fresh ${this.#fresh}`
  }

  jump(target: string): this {
    return this.#emit(always, { target })
  }

  jumpIf(left: Register, comparison: Comparison, right: Register | number, target: string): this {
    const code = jumpCodes[comparison]
    return typeof right === 'number'
      ? this.#emit(code, { destination: left, immediate: right, target })
      : this.#emit(code | fromRegister, { destination: left, source: right, target })
  }

  exit(result: number): this {
    return this.mov(r0, result).#emit(exit, {})
  }

  /** The program as the kernel takes it: 8 bytes an instruction, jumps resolved. */
  build(): Uint8Array {
    const bytes = Buffer.alloc(this.#instructions.length * 8)
    this.#instructions.forEach((one, index) => {
      bytes[index * 8] = one.code
      bytes[index * 8 + 1] = one.destination | (one.source << 4)
      const offset = one.target === undefined ? one.offset : this.#distance(index, one.target)
      bytes.writeInt16LE(offset, index * 8 + 2)
      bytes.writeInt32LE(one.immediate | 0, index * 8 + 4)
    })
    return bytes
  }

  #distance(from: number, target: string): number {
    const to = this.#labels.get(target)
    if (to === undefined) throw new Error(`no label ${target}`)
    return to - from - 1
  }

  #emit(
    code: number,
    parts: {
      readonly destination?: Register
      readonly source?: Register
      readonly offset?: number
      readonly immediate?: number
      readonly target?: string
    },
  ): this {
    this.#instructions.push({
      code,
      destination: parts.destination?.register ?? 0,
      source: parts.source?.register ?? 0,
      offset: parts.offset ?? 0,
      immediate: parts.immediate ?? 0,
      ...(parts.target === undefined ? {} : { target: parts.target }),
    })
    return this
  }
}
