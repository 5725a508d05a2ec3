import type { NumberArray } from './kernels/number-array.ts'
import { plainRoom } from './kernels/room.ts'
import { runKernel } from './kernels/run-kernel.ts'

/** `least f64 | width u8` before the planes of bytes: see `packNumbers`. */
export const packedHeadBytes = 9

/** The largest; 0 where there is none. */
export function largestOf(words: Uint32Array): number {
  const byFour = words.length & ~3
  const found = runKernel('largestOf', words, byFour)
  let most = (found ?? 0) >>> 0
  for (let i = found === undefined ? 0 : byFour; i < words.length; i++)
    if (words[i]! > most) most = words[i]!
  return most
}

/** Into `values`, one a row; false where it is not what `packNumbers` makes of so many numbers. */
export function unpackNumbers(
  packed: Uint8Array,
  values: NumberArray,
  scratch = plainRoom,
): boolean {
  if (packed.length < packedHeadBytes) return false
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const least = view.getFloat64(0, true)
  const width = view.getUint8(8)
  if (!(least >= 0 && Number.isSafeInteger(least))) return false
  if (width > 7 || packed.length !== packedHeadBytes + width * values.length) return false
  // Not the Buffer that it may be: the loops are to meet one type only.
  const planes = new Uint8Array(
    packed.buffer,
    packed.byteOffset + packedHeadBytes,
    width * values.length,
  )
  if (width === 0) values.fill(least)
  else unpackPlanes(scratch.having(planes), values, least)
  return true
}

/**
 * A loop of its own for each type and width, because this is most of the time of a question: one loop for all took four
 * times as long.
 */
function unpackPlanes(planes: Uint8Array, values: NumberArray, least: number): void {
  const kernel = kernelFor(values, planes.length / values.length)
  if (kernel && runKernel(kernel, planes, values.length, values, least) !== undefined) return
  if (values instanceof Float64Array) intoFloats(planes, values, least)
  else if (values instanceof Uint32Array) intoWords(planes, values, least)
  else if (values instanceof Uint16Array) intoHalves(planes, values, least)
  else intoBytes(planes, values, least)
}

/** Undefined where numbers are as wide as hardly any are. */
function kernelFor(values: NumberArray, width: number) {
  if (values instanceof Float64Array) return floatKernels[width - 1]
  if (values instanceof Uint32Array) return wordKernels[width - 1]
  if (values instanceof Uint16Array) return halfKernels[width - 1]
  return width === 1 ? 'unpackBytes1' : undefined
}

const floatKernels = ['unpackFloats1', 'unpackFloats2', 'unpackFloats3', 'unpackFloats4'] as const
const wordKernels = ['unpackWords1', 'unpackWords2', 'unpackWords3', 'unpackWords4'] as const
const halfKernels = ['unpackHalves1', 'unpackHalves2'] as const

/** Of wider planes, which no writer makes, the lowest bytes: as any number in an array of bytes. */
function intoBytes(planes: Uint8Array, values: Uint8Array, least: number): void {
  const base = least | 0
  for (let i = 0; i < values.length; i++) values[i] = base + planes[i]!
}

function intoHalves(planes: Uint8Array, values: Uint16Array, least: number): void {
  const base = least | 0
  const rows = values.length
  if (planes.length === rows) for (let i = 0; i < rows; i++) values[i] = base + planes[i]!
  else for (let i = 0; i < rows; i++) values[i] = base + (planes[i]! | (planes[rows + i]! << 8))
}

function intoWords(planes: Uint8Array, values: Uint32Array, least: number): void {
  const base = least | 0
  const rows = values.length
  const [second, third, fourth] = [rows, 2 * rows, 3 * rows]
  switch (planes.length / rows) {
    case 1:
      for (let i = 0; i < rows; i++) values[i] = base + planes[i]!
      return
    case 2:
      for (let i = 0; i < rows; i++) values[i] = base + (planes[i]! | (planes[second + i]! << 8))
      return
    case 3:
      for (let i = 0; i < rows; i++)
        values[i] = base + (planes[i]! | (planes[second + i]! << 8) | (planes[third + i]! << 16))
      return
    default:
      for (let i = 0; i < rows; i++)
        values[i] =
          base +
          (planes[i]! |
            (planes[second + i]! << 8) |
            (planes[third + i]! << 16) |
            (planes[fourth + i]! << 24))
  }
}

function intoFloats(planes: Uint8Array, values: Float64Array, least: number): void {
  const rows = values.length
  const width = planes.length / rows
  switch (width) {
    case 1:
      return intoFloats1(planes, values, least)
    case 2:
      return intoFloats2(planes, values, least)
    case 3:
      return intoFloats3(planes, values, least)
    default:
      intoFloats4(planes, values, least)
      for (let plane = 4, unit = 2 ** 32; plane < width; plane++, unit *= 256)
        addPlane(planes.subarray(plane * rows), values, unit)
  }
}

function intoFloats1(planes: Uint8Array, values: Float64Array, least: number): void {
  for (let i = 0; i < values.length; i++) values[i] = least + planes[i]!
}

function intoFloats2(planes: Uint8Array, values: Float64Array, least: number): void {
  const second = values.length
  for (let i = 0; i < values.length; i++)
    values[i] = least + (planes[i]! | (planes[second + i]! << 8))
}

function intoFloats3(planes: Uint8Array, values: Float64Array, least: number): void {
  const second = values.length
  const third = 2 * second
  for (let i = 0; i < values.length; i++)
    values[i] = least + (planes[i]! | (planes[second + i]! << 8) | (planes[third + i]! << 16))
}

function intoFloats4(planes: Uint8Array, values: Float64Array, least: number): void {
  const second = values.length
  const [third, fourth] = [2 * second, 3 * second]
  for (let i = 0; i < values.length; i++)
    values[i] =
      least +
      ((planes[i]! | (planes[second + i]! << 8) | (planes[third + i]! << 16)) +
        planes[fourth + i]! * 0x100_0000)
}

function addPlane(plane: Uint8Array, values: Float64Array, unit: number): void {
  for (let i = 0; i < values.length; i++) values[i]! += plane[i]! * unit
}
