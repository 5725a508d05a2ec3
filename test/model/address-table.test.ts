import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddressTable, addressWords, v4Word } from '../../src/model/address-table.ts'
import { plainSpace } from '../../src/model/kernels/room.ts'
import { openWorkspace } from '../../src/model/kernels/workspace.ts'
import { inRoom } from './in-room.ts'

/** Few different ones, so that they repeat; and many, so that the table grows while it numbers them. */
const address = fc.oneof(
  fc.nat(3).map((n) => [0, 0, v4Word, n]),
  fc.nat(3).map((n) => [0, 0, n, v4Word]),
  fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
)

const workspace = openWorkspace()
/** What counts of each address, by family: all bits, or some. */
const masks = fc.array(fc.constantFrom(0, 0xff, 0xffff_ffff, 0xffff_ffff), {
  minLength: 2 * addressWords,
  maxLength: 2 * addressWords,
})

function masked(words: readonly number[], mask: readonly number[]): readonly number[] {
  const isV4 = words[0] === 0 && words[1] === 0 && words[2] === v4Word
  return words.map((word, i) => (word & mask[isV4 ? i : i + addressWords]!) >>> 0)
}

const blocks = fc.array(fc.array(address, { maxLength: 60 }), { maxLength: 4 })

test('addresses are numbered in the order of first sight, one by one or many at once', () => {
  fc.assert(
    fc.property(blocks, masks, (some, mask) => {
      const space = workspace.nextSpace([])
      const [one, many] = [new AddressTable(4), new AddressTable(4)]
      const fast = new AddressTable(4, space.kept)
      const seen = new Map<string, number>()
      for (const block of some) {
        const words = Uint32Array.from(block.flat())
        const places = Uint32Array.from(block.keys()).toReversed()
        const kept = block.map((address) => masked(address, mask))
        const truth = Array.from(places, (place) => {
          const name = String(kept[place])
          if (!seen.has(name)) seen.set(name, seen.size)
          return seen.get(name)
        })
        const given = { words, places, masks: Uint32Array.from(mask) }
        expect([...many.numbersOf(given, plainSpace)]).toEqual(truth)
        const [there, at] = [inRoom(space.scratch, words), inRoom(space.scratch, places)]
        expect([...fast.numbersOf({ ...given, words: there, places: at }, space)]).toEqual(truth)
        const alone = Uint32Array.from(kept.flat())
        expect(Array.from(places, (i) => one.numberOf(alone, i * addressWords))).toEqual(truth)
      }
      expect(many.size).toBe(seen.size)
      expect(many.addresses()).toEqual(one.addresses())
      expect(fast.addresses()).toEqual(one.addresses())
    }),
    { numRuns: 300 },
  )
})
