import * as w from './assembler.ts'
import type { Code, Local, ValueType } from './assembler.ts'
import type { WasmFunction } from './wasm-module.ts'

type Params = Readonly<Record<string, 'i32' | 'f64'>>

/** Of a parameter that says where an array begins, in bytes from the begin of the memory; or a whole number. */
export const i = 'i32'

/** A function by its parameters, in their order, and what it does with them and with variables that it asks for. */
export function writeKernel<const Name extends string, P extends Params>(
  name: Name,
  params: P,
  write: (
    params: { readonly [N in keyof P]: Local },
    variable: (type?: ValueType) => Local,
  ) => Code,
  result?: ValueType,
): WasmFunction<Name> {
  const names = Object.keys(params)
  const variables: ValueType[] = []
  const variable = (type: ValueType = 'i32') => ({ index: names.length + variables.push(type) - 1 })
  const locals = Object.fromEntries(names.map((param, index) => [param, { index }]))
  const code = write(locals as { readonly [N in keyof P]: Local }, variable)
  return { name, params: Object.values(params), result, variables, code }
}

/** `body` for `at` from where it stands and below `end`, in steps. */
export const stepping = (at: Local, end: Local, step: number, body: Code): Code =>
  w.loopWhile(w.less(w.get(at), w.get(end)), [body, forward(at, step)])

export const forward = (at: Local, bytes: number): Code => w.set(at, w.add(w.get(at), w.i32(bytes)))

/** Past `count` words of an array. */
export const wordsPast = (array: Local, count: Local): Code => wordAddress(array, w.get(count))

export const wordAddress = (array: Local, index: Code): Code =>
  w.add(w.get(array), w.shiftLeft(index, w.i32(2)))
export const floatAddress = (array: Local, index: Code): Code =>
  w.add(w.get(array), w.shiftLeft(index, w.i32(3)))

/** Elements of arrays. */
export const byteAt = (array: Local, index: Code): Code => w.loadByte(w.add(w.get(array), index))
export const halfAt = (array: Local, index: Code): Code =>
  w.loadHalf(w.add(w.get(array), w.shiftLeft(index, w.i32(1))))
export const wordAt = (array: Local, index: Code): Code => w.loadWord(wordAddress(array, index))
export const floatAt = (array: Local, index: Code): Code => w.loadFloat(floatAddress(array, index))
