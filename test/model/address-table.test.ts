import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddressTable, addressWords } from '../../src/model/address-table.ts'
import { plainSpace } from '../../src/model/kernels/room.ts'
import { openWorkspace } from '../../src/model/kernels/workspace.ts'
import { inRoom } from './in-room.ts'

/** Few different ones, so that they repeat; and many, so that the table grows while it numbers them. */
const address = fc.oneof(
  fc.nat(3).map((n) => [0, 0, 0xffff, n]),
  fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
)

const workspace = openWorkspace()
/** Of whole addresses. */
const masks = new Uint32Array(2 * addressWords).fill(0xffff_ffff)

test('addresses are numbered in the order of first sight, one by one or many at once', () => {
  fc.assert(
    fc.property(fc.array(fc.array(address, { maxLength: 60 }), { maxLength: 4 }), (blocks) => {
      const space = workspace.nextSpace([])
      const [one, many] = [new AddressTable(4), new AddressTable(4)]
      const fast = new AddressTable(4, space.kept)
      const seen = new Map<string, number>()
      for (const block of blocks) {
        const words = Uint32Array.from(block.flat())
        const places = Uint32Array.from(block.keys()).toReversed()
        const truth = Array.from(places, (place) => {
          const name = String(block[place])
          if (!seen.has(name)) seen.set(name, seen.size)
          return seen.get(name)
        })
        const given = { words, places, masks }
        expect([...many.numbersOf(given, plainSpace)]).toEqual(truth)
        const there = {
          ...given,
          words: inRoom(space.scratch, words),
          places: inRoom(space.scratch, places),
        }
        expect([...fast.numbersOf(there, space)]).toEqual(truth)
        expect(Array.from(places, (at) => one.numberOf(words, at * addressWords))).toEqual(truth)
      }
      expect(many.size).toBe(seen.size)
      expect(many.addresses()).toEqual(one.addresses())
      expect(fast.addresses()).toEqual(one.addresses())
    }),
    { numRuns: 300 },
  )
})
