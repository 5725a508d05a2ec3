import * as w from './assembler.ts'
import type { Code } from './assembler.ts'
import { forward, i, stepping, wordAddress, wordsPast, writeKernel } from './write-kernel.ts'

const shiftedXor = (a: Code, bits: number) => w.xor(a, w.shiftRight(a, w.i32(bits)))
const times = (a: Code, factor: number) => w.multiply(a, w.i32(factor))

/** Loops over addresses of 16 bytes, by the names of the loops in JavaScript that they stand for. */
export const addressKernels = [
  writeKernel(
    'widenV4',
    { addresses: i, v4: i, count: i, v4Word: i },
    ({ addresses, v4, count, v4Word }, variable) => {
      const end = variable()
      return [
        w.set(end, wordsPast(v4, count)),
        stepping(v4, end, 4, [
          w.storeVector(w.get(addresses), w.wordsOf(w.i32(0))),
          w.storeWord(w.get(addresses), w.get(v4Word), 8),
          w.storeWord(w.get(addresses), w.loadWord(w.get(v4)), 12),
          forward(addresses, 16),
        ]),
      ]
    },
  ),
  writeKernel(
    'maskEach',
    { kept: i, words: i, places: i, count: i, masks: i, v4Word: i },
    ({ kept, words, places, count, masks, v4Word }, variable) => {
      const [end, from, differs] = [variable(), variable(), variable()]
      const word = (at: number) => w.loadWord(w.get(from), 4 * at)
      const mask = w.add(w.get(masks), w.shiftLeft(w.differ(w.get(differs), w.i32(0)), w.i32(4)))
      return [
        w.set(end, wordsPast(places, count)),
        stepping(places, end, 4, [
          w.set(from, w.add(w.get(words), w.shiftLeft(w.loadWord(w.get(places)), w.i32(4)))),
          w.set(differs, w.or(w.or(word(0), word(1)), w.xor(word(2), w.get(v4Word)))),
          w.storeVector(w.get(kept), w.andVectors(w.loadVector(w.get(from)), w.loadVector(mask))),
          forward(kept, 16),
        ]),
      ]
    },
  ),
  writeKernel(
    'numberAddresses',
    { numbers: i, keys: i, count: i, known: i, slots: i, mask: i, size: i },
    ({ numbers, keys, count, known, slots, mask, size }, variable) => {
      const [end, slot, number, mixed, other] = [
        variable(),
        variable(),
        variable(),
        variable(),
        variable(),
      ]
      const [lower, upper] = [variable('i64'), variable('i64')]
      const word = (at: number) => w.loadWord(w.get(keys), 4 * at)
      const knownAt = (at: Code) => w.add(w.get(known), w.shiftLeft(at, w.i32(4)))
      const slotAddress = wordAddress(slots, w.get(slot))
      const isOther = [
        w.set(other, knownAt(w.subtract(w.get(number), w.i32(1)))),
        w.not(
          w.and(
            w.equalLongs(w.loadLong(w.get(other)), w.get(lower)),
            w.equalLongs(w.loadLong(w.get(other), 8), w.get(upper)),
          ),
        ),
      ]
      return [
        w.set(end, w.add(w.get(keys), w.shiftLeft(w.get(count), w.i32(4)))),
        stepping(keys, end, 16, [
          w.set(lower, w.loadLong(w.get(keys))),
          w.set(upper, w.loadLong(w.get(keys), 8)),
          // The hash of `AddressTable`.
          w.set(mixed, times(w.xor(word(0), times(word(1), 0x9e37_79b1)), 0x85eb_ca77)),
          w.set(
            mixed,
            w.xor(times(w.xor(shiftedXor(w.get(mixed), 15), word(2)), 0xc2b2_ae3d), word(3)),
          ),
          w.set(mixed, times(shiftedXor(w.get(mixed), 16), 0x27d4_eb2f)),
          w.set(slot, w.and(shiftedXor(w.get(mixed), 15), w.get(mask))),
          w.set(number, w.loadWord(slotAddress)),
          w.loopWhile(w.both(w.get(number), isOther), [
            w.set(slot, w.and(w.add(w.get(slot), w.i32(1)), w.get(mask))),
            w.set(number, w.loadWord(slotAddress)),
          ]),
          w.ifSo(w.not(w.get(number)), [
            w.set(other, knownAt(w.get(size))),
            w.storeLong(w.get(other), w.get(lower)),
            w.storeLong(w.get(other), w.get(upper), 8),
            w.set(number, w.tee(size, w.add(w.get(size), w.i32(1)))),
            w.storeWord(slotAddress, w.get(number)),
          ]),
          w.storeWord(w.get(numbers), w.subtract(w.get(number), w.i32(1))),
          forward(numbers, 4),
        ]),
        w.get(size),
      ]
    },
    i,
  ),
]
