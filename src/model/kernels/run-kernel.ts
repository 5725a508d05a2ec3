import { kernelBytes, type KernelName } from './kernel-bytes.ts'
import type { NumberArray } from './number-array.ts'

type Kernels = Readonly<Record<KernelName, (...args: readonly number[]) => number | undefined>>

/** As much of it as is used here; the types of Node.js have none of it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Memory: new (pages: { initial: number; maximum: number }) => {
    readonly buffer: ArrayBuffer
  }
  readonly Instance: new (
    module: object,
    imports: { env: { memory: object } },
  ) => { readonly exports: Kernels }
}

/** By the memory that they work on. */
const running = new WeakMap<ArrayBufferLike, Kernels>()
let module: object | undefined

/** A memory of so many pages of 64 kB, on which kernels work. @throws Error where the host has no WebAssembly for it */
export function kernelMemory(pages: number): ArrayBuffer {
  module ??= new WebAssembly.Module(kernelBytes)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  running.set(memory.buffer, new WebAssembly.Instance(module, { env: { memory } }).exports)
  return memory.buffer
}

/**
 * Runs a loop as WebAssembly: each array of its arguments stands for its address. Gives its result, or 0; undefined, and
 * nothing is done, where not all arrays are in one memory of kernels: whoever calls has the same loop in JavaScript.
 */
export function runKernel(
  name: KernelName,
  ...args: readonly (number | NumberArray)[]
): number | undefined {
  let memory: ArrayBufferLike | undefined
  const numbers: number[] = []
  for (const arg of args) {
    if (typeof arg === 'number') {
      numbers.push(arg)
      continue
    }
    if (arg.buffer !== (memory ??= arg.buffer)) return undefined
    numbers.push(arg.byteOffset)
  }
  const kernels = memory && running.get(memory)
  return kernels && (kernels[name](...numbers) ?? 0)
}
