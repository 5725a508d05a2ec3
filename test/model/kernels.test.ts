import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { plainRoom, plainSpace, type BlockSpace, type Room } from '../../src/model/kernels/room.ts'
import { runKernel } from '../../src/model/kernels/run-kernel.ts'
import { openWorkspace } from '../../src/model/kernels/workspace.ts'
import { packNumbers } from '../../src/model/packed-chunk.ts'
import { largestOf, unpackNumbers } from '../../src/model/unpack-numbers.ts'
import { marked, selectByTable, selectWithin } from '../../src/query/run/selection.ts'
import { inRoom } from './in-room.ts'

const workspace = openWorkspace()
const space = () => workspace.nextSpace([])
const isInWorkspace = (array: { readonly buffer: ArrayBufferLike }) =>
  array.buffer.byteLength > 2 ** 24

describe('loops in a workspace are those of JavaScript', () => {
  const arrays = { bytes: 1, halves: 2, words: 4, floats: 8 } as const
  test.each(Object.entries(arrays))('unpacking %s of any width', (kind, most) => {
    const make = (room: Room, rows: number) => room[kind as keyof typeof arrays](rows)
    const width = fc.integer({ min: 0, max: Math.min(most, 6) })
    const least = fc.nat(Math.min(2 ** 46, 256 ** most - 1))
    const differences = fc.array(fc.nat(2 ** 32 - 1), { minLength: 1, maxLength: 70 })
    fc.assert(
      fc.property(width, least, differences, (bytes, base, some) => {
        const numbers = some.map((one) => Math.min(base + (one % 256 ** bytes), 256 ** most - 1))
        const values = make(plainRoom, numbers.length)
        values.set(numbers)
        const packed = packNumbers(values)!
        const { columns, scratch } = space()
        const unpacked = make(columns, values.length)
        expect(isInWorkspace(unpacked)).toBe(true)
        expect(unpackNumbers(packed, unpacked, scratch)).toBe(true)
        expect([...unpacked]).toEqual([...values])
      }),
      { numRuns: 200 },
    )
  })

  const words = fc.array(fc.nat(2 ** 32 - 1), { maxLength: 40 }).map((all) => Uint32Array.from(all))

  test('the largest', () => {
    fc.assert(
      fc.property(words, (numbers) => {
        const there = inRoom(space().scratch, numbers)
        expect(largestOf(there)).toBe(numbers.reduce((a, b) => Math.max(a, b), 0))
      }),
    )
  })

  test('all bits of them', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 32 - 1), { maxLength: 9 }), (some) => {
        const numbers = Uint32Array.from(some.flatMap((one) => [one, 0, one >>> 9, one >>> 5]))
        const shifted = inRoom(
          space().scratch,
          numbers.map((_, i) => numbers[(i + some.length) % numbers.length]!),
        )
        const bits = numbers.reduce((all, number) => all | number, 0)
        expect(runKernel('bitsOf', shifted, shifted.length)).toBe(bits)
      }),
    )
  })

  test('what rows have, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 30 }), (some) => {
        const { allRows, scratch } = space()
        const ids = inRoom(scratch, Uint32Array.from(some))
        const met = scratch.words(11)
        const isMet = scratch.bytes(10).fill(0)
        const count = runKernel('takeNew', met, isMet, ids, allRows(some.length), some.length)
        expect([...met.subarray(0, count)]).toEqual([...new Set(some)])
      }),
    )
  })

  test('rows by a mask, by a table and by a stretch', () => {
    fc.assert(
      fc.property(words, (numbers) => {
        const { allRows, scratch } = space()
        const all = allRows(numbers.length)
        const bytes = numbers.map((number) => number % 256)
        const mask = Uint8Array.from(numbers, (number) => number % 2)
        const table = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte % 3 === 0))
        const floats = scratch.floats(numbers.length)
        floats.set(numbers)
        const which = (holds: (i: number) => boolean) => [...all].filter(holds)
        const found = marked(all, scratch.having(mask), 1, scratch)
        expect([...found]).toEqual(which((i) => mask[i] === 1))
        for (const values of [scratch.having(Uint8Array.from(bytes)), inRoom(scratch, bytes)])
          expect([...selectByTable(all, values, scratch.having(table), scratch)]).toEqual(
            which((i) => bytes[i]! % 3 === 0),
          )
        const within = [2 ** 30, 2 ** 31] as const
        expect([...selectWithin(all, floats, within, scratch)]).toEqual(
          which((i) => numbers[i]! >= within[0] && numbers[i]! < within[1]),
        )
      }),
    )
  })
})

describe('a workspace', () => {
  test('runs no loop on arrays that are elsewhere, not even on one', () => {
    const { scratch } = space()
    const [there, elsewhere] = [scratch.words(8), new Uint32Array(8)]
    expect(runKernel('numberRows', there, 8)).toBe(0)
    expect([...there]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(runKernel('numberRows', elsewhere, 8)).toBeUndefined()
    expect(runKernel('mark', there, elsewhere, 8)).toBeUndefined()
    expect([...elsewhere]).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  test('gives what it has no room for memory of its own', () => {
    const { scratch } = space()
    const all = Array.from({ length: 100 }, () => scratch.words(65_536))
    expect(isInWorkspace(all[0]!)).toBe(true)
    expect(isInWorkspace(all[99]!)).toBe(false)
    expect(all[99]).toHaveLength(65_536)
  })

  test('gives no block the memory of one that is still held', () => {
    const workspace = openWorkspace()
    const held: BlockSpace[] = []
    for (let block = 0; block < 6; block++) held.push(workspace.nextSpace(held))
    const rooms = held.map(({ columns }) => columns)
    expect(new Set(rooms.slice(0, 4)).size).toBe(4)
    expect(rooms.slice(4)).toEqual([plainRoom, plainRoom])
    expect(workspace.nextSpace(held.slice(1)).columns).toBe(rooms[0])
  })

  describe('without WebAssembly', () => {
    const there = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly')!
    afterEach(() => void Object.defineProperty(globalThis, 'WebAssembly', there))

    test('is none', () => {
      Reflect.deleteProperty(globalThis, 'WebAssembly')
      expect(openWorkspace().nextSpace([])).toBe(plainSpace)
    })
  })
})
