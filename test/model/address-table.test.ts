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
/** Of whole addresses, or of some bits of those of each family. */
const whole = Array.from({ length: 2 * addressWords }, () => 0xffff_ffff)
const masks = fc.oneof(
  fc.constant(whole),
  fc.array(fc.constantFrom(0, 0xff, 0xffff_ffff), { minLength: 8, maxLength: 8 }),
)

test('addresses are numbered in the order of first sight, one by one or many at once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(address, { maxLength: 60 }), { maxLength: 4 }),
      masks,
      (blocks, mask) => {
        const space = workspace.nextSpace([])
        const [one, many] = [new AddressTable(4), new AddressTable(4)]
        const fast = new AddressTable(4, space.kept)
        const seen = new Map<string, number>()
        for (const block of blocks) {
          const words = Uint32Array.from(block.flat())
          const places = Uint32Array.from(block.keys()).toReversed()
          const truth = Array.from(places, (place) => {
            const words = block[place]!
            const isV4 = words[0] === 0 && words[1] === 0 && words[2] === v4Word
            const name = String(words.map((word, i) => (word & mask[isV4 ? i : i + 4]!) >>> 0))
            if (!seen.has(name)) seen.set(name, seen.size)
            return seen.get(name)
          })
          const given = { words, places, masks: Uint32Array.from(mask) }
          expect([...many.numbersOf(given, plainSpace)]).toEqual(truth)
          const there = {
            ...given,
            words: inRoom(space.scratch, words),
            places: inRoom(space.scratch, places),
          }
          expect([...fast.numbersOf(there, space)]).toEqual(truth)
          if (mask === whole)
            expect(Array.from(places, (at) => one.numberOf(words, at * addressWords))).toEqual(
              truth,
            )
        }
        expect(many.size).toBe(seen.size)
        expect(fast.addresses()).toEqual(many.addresses())
        if (mask === whole) expect(many.addresses()).toEqual(one.addresses())
      },
    ),
    { numRuns: 300 },
  )
})
