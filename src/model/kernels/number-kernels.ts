import * as w from './assembler.ts'
import type { Code } from './assembler.ts'
import {
  byteAt,
  floatAddress,
  floatAt,
  forward,
  halfAt,
  i,
  stepping,
  wordAddress,
  wordAt,
  wordsPast,
  writeKernel,
} from './write-kernel.ts'

/** What `lookUpBytes` and its like take for a value that has no number yet. */
const unset = -1

const elementAt = { Bytes: byteAt, Halves: halfAt, Words: wordAt }

/** Loops over numbers of values and of groups, by the names of the loops in JavaScript that they stand for. */
export const numberKernels = [
  ...(['Bytes', 'Halves', 'Words'] as const).map((kind) =>
    writeKernel(
      `lookUp${kind}`,
      { numbers: i, rows: i, count: i, values: i, known: i, k: i },
      ({ numbers, rows, count, values, known, k }, variable) => {
        const number = variable()
        const value = elementAt[kind](values, wordAt(rows, w.get(k)))
        return [
          stepping(k, count, 1, [
            w.set(number, wordAt(known, value)),
            w.ifSo(w.not(w.differ(w.get(number), w.i32(unset))), w.leave(w.get(k))),
            w.storeWord(wordAddress(numbers, w.get(k)), w.get(number)),
          ]),
          w.get(k),
        ]
      },
      i,
    ),
  ),
  writeKernel(
    'lookUpKnown',
    { numbers: i, rows: i, count: i, ids: i, known: i },
    ({ numbers, rows, count, ids, known }, variable) => {
      const end = variable()
      return [
        w.set(end, wordsPast(rows, count)),
        stepping(rows, end, 4, [
          w.storeWord(w.get(numbers), wordAt(known, wordAt(ids, w.loadWord(w.get(rows))))),
          forward(numbers, 4),
        ]),
      ]
    },
  ),
  writeKernel(
    'spreadInto',
    { all: i, values: i, places: i, count: i },
    ({ all, values, places, count }, variable) => {
      const end = variable()
      return [
        w.set(end, wordsPast(places, count)),
        stepping(places, end, 4, [
          w.storeWord(wordAddress(all, w.loadWord(w.get(places))), w.loadWord(w.get(values))),
          forward(values, 4),
        ]),
      ]
    },
  ),
  writeKernel(
    'addOne',
    { sums: i, groups: i, count: i, values: i, at: i },
    ({ sums, groups, count, values, at }, variable) => {
      const [end, sum] = [variable(), variable()]
      return [
        w.set(end, wordsPast(groups, count)),
        stepping(groups, end, 4, [
          w.set(sum, floatAddress(sums, w.loadWord(w.get(groups)))),
          w.storeFloat(
            w.get(sum),
            w.addFloats(w.loadFloat(w.get(sum)), floatAt(values, w.loadWord(w.get(at)))),
          ),
          forward(at, 4),
        ]),
      ]
    },
  ),
  writeKernel(
    'addBoth',
    { sums: i, groups: i, count: i, values: i, at: i, others: i, otherAt: i },
    ({ sums, groups, count, values, at, others, otherAt }, variable) => {
      const [end, sum] = [variable(), variable()]
      const both = w.addFloats(
        floatAt(values, w.loadWord(w.get(at))),
        floatAt(others, w.loadWord(w.get(otherAt))),
      )
      return [
        w.set(end, wordsPast(groups, count)),
        stepping(groups, end, 4, [
          w.set(sum, floatAddress(sums, w.loadWord(w.get(groups)))),
          w.storeFloat(w.get(sum), w.addFloats(w.loadFloat(w.get(sum)), both)),
          forward(at, 4),
          forward(otherAt, 4),
        ]),
      ]
    },
  ),
  writeKernel(
    'bitsOf',
    // Of `count` words, a multiple of four.
    { values: i, count: i },
    ({ values, count }, variable) => {
      const [end, all] = [variable(), variable('v128')]
      const lane = (at: number) => w.wordInLane(at, w.get(all))
      return [
        w.set(end, wordsPast(values, count)),
        stepping(values, end, 16, w.set(all, w.orVectors(w.get(all), w.loadVector(w.get(values))))),
        w.or(w.or(lane(0), lane(1)), w.or(lane(2), lane(3))),
      ]
    },
    i,
  ),
  writeKernel(
    'largestOf',
    // Of `count` words, a multiple of four.
    { values: i, count: i },
    ({ values, count }, variable) => {
      const [end, all, most] = [variable(), variable('v128'), variable()]
      const larger = (word: Code): Code =>
        w.set(most, w.choose(w.less(w.get(most), word), word, w.get(most)))
      return [
        w.set(end, wordsPast(values, count)),
        stepping(
          values,
          end,
          16,
          w.set(all, w.largerWords(w.get(all), w.loadVector(w.get(values)))),
        ),
        [0, 1, 2, 3].map((lane) => larger(w.wordInLane(lane, w.get(all)))),
        w.get(most),
      ]
    },
    i,
  ),
]
