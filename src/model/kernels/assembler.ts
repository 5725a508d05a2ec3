/**
 * Instructions of WebAssembly as expressions: each function gives the code of its operands and then its own instruction,
 * as a stack machine wants it. Opcodes: https://webassembly.github.io/spec/core/binary/instructions.html
 */
export type Code = readonly (number | Code)[]

export type ValueType = 'i32' | 'i64' | 'f64' | 'v128'

/** A parameter or a variable of a function. */
export interface Local {
  readonly index: number
}

/** LEB128. */
export function unsigned(value: number): readonly number[] {
  if (value < 0x80) return [value]
  return [(value % 0x80) | 0x80, ...unsigned(Math.floor(value / 0x80))]
}

/** LEB128 of a signed number of 32 bits. */
function signed(value: number): readonly number[] {
  if (value >= -0x40 && value < 0x40) return [value & 0x7f]
  return [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}

export const get = ({ index }: Local): Code => [0x20, index]
export const set = ({ index }: Local, value: Code): Code => [value, 0x21, index]
/** Sets, and gives the value. */
export const tee = ({ index }: Local, value: Code): Code => [value, 0x22, index]

export const i32 = (value: number): Code => [0x41, signed(value | 0)]
export const f64 = (value: number): Code => [
  0x44,
  [...new Uint8Array(Float64Array.of(value).buffer)],
]

type Unary = (a: Code) => Code
type Binary = (a: Code, b: Code) => Code

const unary =
  (opcode: Code): Unary =>
  (a) => [a, opcode]
const binary =
  (opcode: Code): Binary =>
  (a, b) => [a, b, opcode]

/** 1 for 0, and 0 for all others. */
export const not = unary([0x45])
export const differ = binary([0x47])
/** Of numbers without a sign. */
export const less = binary([0x49])
export const add = binary([0x6a])
export const subtract = binary([0x6b])
export const multiply = binary([0x6c])
export const and = binary([0x71])
export const or = binary([0x72])
export const xor = binary([0x73])
export const shiftLeft = binary([0x74])
export const shiftRight = binary([0x76])

export const equalLongs = binary([0x51])

export const addFloats = binary([0xa0])
export const subtractFloats = binary([0xa1])
export const lessFloat = binary([0x63])
export const atLeastFloat = binary([0x66])

/** `offset` bytes past an address; of no alignment, which is a hint only. */
type Load = (address: Code, offset?: number) => Code
type Store = (address: Code, value: Code, offset?: number) => Code

const load =
  (opcode: Code): Load =>
  (address, offset = 0) => [address, opcode, 0, unsigned(offset)]
const store =
  (opcode: Code): Store =>
  (address, value, offset = 0) => [address, value, opcode, 0, unsigned(offset)]

export const loadWord = load([0x28])
export const loadLong = load([0x29])
export const loadFloat = load([0x2b])
export const loadByte = load([0x2d])
export const loadHalf = load([0x2f])
export const storeWord = store([0x36])
export const storeLong = store([0x37])
export const storeFloat = store([0x39])
export const storeByte = store([0x3a])

/** Instructions on 16 bytes at once. */
const vector = (opcode: number): Code => [0xfd, unsigned(opcode)]

export const loadVector = load(vector(0x00))
export const storeVector = store(vector(0x0b))
/** Eight bytes, each as a number of 16 bits. */
export const loadHalvesOfBytes = load(vector(0x02))
/** One number in each lane. */
export const bytesOf = unary(vector(0x0f))
export const halvesOf = unary(vector(0x10))
export const wordsOf = unary(vector(0x11))
export const floatsOf = unary(vector(0x14))
export const andVectors = binary(vector(0x4e))
export const orVectors = binary(vector(0x50))
export const addBytes = binary(vector(0x6e))
export const addHalves = binary(vector(0x8e))
export const shiftHalvesLeft = binary(vector(0x8b))
export const addWords = binary(vector(0xae))
export const shiftWordsLeft = binary(vector(0xab))
export const largerWords = binary(vector(0xb9))
/** The four lower, or upper, numbers of 16 bits as ones of 32. */
export const lowerWords = unary(vector(0xa9))
export const upperWords = unary(vector(0xaa))
/** The two lower, or upper, numbers of 32 bits as ones of 64. */
export const lowerLongs = unary(vector(0xc9))
export const upperLongs = unary(vector(0xca))
export const subtractFloatVectors = binary(vector(0xf1))
export const wordInLane = (lane: number, a: Code): Code => [a, vector(0x1b), lane]

/** Asks before each turn. */
export const loopWhile = (condition: Code, body: Code): Code => [
  [0x02, 0x40, 0x03, 0x40],
  [condition, 0x45, 0x0d, 1],
  [body, 0x0c, 0],
  [0x0b, 0x0b],
]
export const ifSo = (condition: Code, then: Code): Code => [condition, [0x04, 0x40], then, 0x0b]
/** 1 where neither is 0; asks for the second only where the first is not. */
export const both = (a: Code, b: Code): Code => [a, [0x04, 0x7f], b, [0x05, 0x41, 0, 0x0b]]
/** One of two values, both of which are worked out. */
export const choose = (condition: Code, then: Code, other: Code): Code => [
  then,
  other,
  condition,
  0x1b,
]
/** Ends the function with a value. */
export const leave = (value: Code): Code => [value, 0x0f]
