import { addressKernels } from './address-kernels.ts'
import { numberKernels } from './number-kernels.ts'
import { rowKernels } from './row-kernels.ts'
import { unpackKernels } from './unpack-kernels.ts'
import { wasmModule } from './wasm-module.ts'

const kernels = [...unpackKernels, ...rowKernels, ...numberKernels, ...addressKernels]
export type KernelName = (typeof kernels)[number]['name']

/** The module of all kernels. The build puts the bytes themselves here: to assemble them takes 2 ms. */
export const kernelBytes = wasmModule(kernels)
