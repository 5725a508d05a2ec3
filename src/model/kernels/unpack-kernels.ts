import * as w from './assembler.ts'
import type { Code, Local } from './assembler.ts'
import { forward, i, stepping, writeKernel } from './write-kernel.ts'

/**
 * Planes of bytes into numbers of a type, eight rows at once: `planes` are one after the other, and `least` is added to each
 * number. Up to seven rows past the last one are read and written.
 */
type Width = 1 | 2 | 3 | 4
const widths = [1, 2, 3, 4] as const

/** Of eight rows from `at` on a plane as numbers of 16 bits, or with the next plane above it. */
function halvesAt(at: Local, rows: Local, planes: 1 | 2): Code {
  const lower = w.loadHalvesOfBytes(w.get(at))
  if (planes === 1) return lower
  const upper = w.loadHalvesOfBytes(w.add(w.get(at), w.get(rows)))
  return w.orVectors(lower, w.shiftHalvesLeft(upper, w.i32(8)))
}

interface Planes {
  readonly width: Width
  readonly planes: Local
  readonly rows: Local
}

/** The numbers of eight rows, four by four: `each` makes code of the code of four and of their place among the eight. */
function eightWords(
  { width, planes, rows }: Planes,
  variable: (type?: 'i32' | 'v128') => Local,
  each: (words: Code, place: 0 | 4) => Code,
): Code {
  const lower = variable('v128')
  const load = w.set(lower, halvesAt(planes, rows, width === 1 ? 1 : 2))
  if (width <= 2)
    return [load, each(w.lowerWords(w.get(lower)), 0), each(w.upperWords(w.get(lower)), 4)]
  const [third, upper] = [variable(), variable('v128')]
  const joined = (half: (a: Code) => Code) =>
    w.orVectors(half(w.get(lower)), w.shiftWordsLeft(half(w.get(upper)), w.i32(16)))
  return [
    load,
    w.set(third, w.add(w.get(planes), w.shiftLeft(w.get(rows), w.i32(1)))),
    w.set(upper, halvesAt(third, rows, width === 3 ? 1 : 2)),
    each(joined(w.lowerWords), 0),
    each(joined(w.upperWords), 4),
  ]
}

/** To a whole number below 2^32 in its lowest bits this is a float: 2^52 and the number. */
const big = 2 ** 52

const unpackFloats = widths.map((width) =>
  writeKernel(
    `unpackFloats${width}`,
    { planes: i, rows: i, values: i, least: 'f64' },
    ({ planes, rows, values, least }, variable) => {
      const end = variable()
      const [bigs, bases, words] = [variable('v128'), variable('v128'), variable('v128')]
      const floats = (half: (a: Code) => Code) =>
        w.subtractFloatVectors(w.orVectors(half(w.get(words)), w.get(bigs)), w.get(bases))
      return [
        w.set(end, w.add(w.get(planes), w.get(rows))),
        w.set(bigs, w.floatsOf(w.f64(big))),
        w.set(bases, w.floatsOf(w.subtractFloats(w.f64(big), w.get(least)))),
        stepping(planes, end, 8, [
          eightWords({ width, planes, rows }, variable, (four, place) => [
            w.set(words, four),
            w.storeVector(w.get(values), floats(w.lowerLongs), 8 * place),
            w.storeVector(w.get(values), floats(w.upperLongs), 8 * place + 16),
          ]),
          forward(values, 64),
        ]),
      ]
    },
  ),
)

const unpackWords = widths.map((width) =>
  writeKernel(
    `unpackWords${width}`,
    { planes: i, rows: i, values: i, least: i },
    ({ planes, rows, values, least }, variable) => {
      const [end, bases] = [variable(), variable('v128')]
      return [
        w.set(end, w.add(w.get(planes), w.get(rows))),
        w.set(bases, w.wordsOf(w.get(least))),
        stepping(planes, end, 8, [
          eightWords({ width, planes, rows }, variable, (four, place) =>
            w.storeVector(w.get(values), w.addWords(four, w.get(bases)), 4 * place),
          ),
          forward(values, 32),
        ]),
      ]
    },
  ),
)

const unpackHalves = ([1, 2] as const).map((width) =>
  writeKernel(
    `unpackHalves${width}`,
    { planes: i, rows: i, values: i, least: i },
    ({ planes, rows, values, least }, variable) => {
      const [end, bases] = [variable(), variable('v128')]
      return [
        w.set(end, w.add(w.get(planes), w.get(rows))),
        w.set(bases, w.halvesOf(w.get(least))),
        stepping(planes, end, 8, [
          w.storeVector(w.get(values), w.addHalves(halvesAt(planes, rows, width), w.get(bases))),
          forward(values, 16),
        ]),
      ]
    },
  ),
)

const unpackBytes = writeKernel(
  'unpackBytes1',
  { planes: i, rows: i, values: i, least: i },
  ({ planes, rows, values, least }, variable) => {
    const [end, bases] = [variable(), variable('v128')]
    return [
      w.set(end, w.add(w.get(planes), w.get(rows))),
      w.set(bases, w.bytesOf(w.get(least))),
      stepping(planes, end, 16, [
        w.storeVector(w.get(values), w.addBytes(w.loadVector(w.get(planes)), w.get(bases))),
        forward(values, 16),
      ]),
    ]
  },
)

export const unpackKernels = [...unpackFloats, ...unpackWords, ...unpackHalves, unpackBytes]
