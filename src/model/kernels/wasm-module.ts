import { unsigned, type Code, type ValueType } from './assembler.ts'

/** A function of a module, which exports it by its name. */
export interface WasmFunction<Name extends string = string> {
  readonly name: Name
  readonly params: readonly ValueType[]
  readonly result: ValueType | undefined
  readonly variables: readonly ValueType[]
  readonly code: Code
}

const typeBytes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f64: 0x7c,
  v128: 0x7b,
}
const typesOf = (types: readonly ValueType[]): Code => [
  unsigned(types.length),
  types.map((type) => typeBytes[type]),
]

const id = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 } as const
const kind = { function: 0, memory: 2 } as const
/** From one page on, without an end. */
const anySize = [0, 1]

/**
 * A module of functions over one memory, which it gets as `env.memory`.
 * https://webassembly.github.io/spec/core/binary/modules.html
 */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const signatures = functions.map(({ params, result }) => [
    0x60,
    typesOf(params),
    typesOf(result === undefined ? [] : [result]),
  ])
  const bodies = functions.map(({ variables, code }) =>
    sized([unsigned(variables.length), variables.map((type) => [1, typeBytes[type]]), code, 0x0b]),
  )
  const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  return Uint8Array.from(
    flat([
      magicAndVersion,
      section(id.types, signatures),
      section(id.imports, [[nameBytes('env'), nameBytes('memory'), kind.memory, anySize]]),
      section(
        id.functions,
        functions.map((_, i) => unsigned(i)),
      ),
      section(
        id.exports,
        functions.map(({ name }, i) => [nameBytes(name), kind.function, unsigned(i)]),
      ),
      section(id.code, bodies),
    ]),
  )
}

const section = (of: number, items: readonly Code[]): Code => [
  of,
  sized([unsigned(items.length), items]),
]

function sized(code: Code): Code {
  const bytes = flat(code)
  return [unsigned(bytes.length), bytes]
}

const nameBytes = (name: string): Code => sized([...Buffer.from(name)])

function flat(code: Code, bytes: number[] = []): number[] {
  for (const part of code)
    if (typeof part === 'number') bytes.push(part)
    else flat(part, bytes)
  return bytes
}
