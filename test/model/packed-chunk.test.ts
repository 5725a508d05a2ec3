import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../src/model/address.ts'
import { decodeChunk, encodeChunk } from '../../src/model/column-chunk.ts'
import { DamagedColumn } from '../../src/model/damaged-column.ts'
import { limits } from '../../src/model/limits.ts'
import { packAddresses, packNumbers, unpackAddresses } from '../../src/model/packed-chunk.ts'
import { unpackNumbers } from '../../src/model/unpack-numbers.ts'

const wholes = fc.array(fc.maxSafeInteger().map(Math.abs), { minLength: 1, maxLength: 50 })

describe('packed chunks', () => {
  test('whole numbers come out as they went in, at any distance', () => {
    fc.assert(
      fc.property(wholes, (numbers) => {
        const values = Float64Array.from(numbers)
        const unpacked = new Float64Array(values.length)
        expect(unpackNumbers(packNumbers(values)!, unpacked)).toBe(true)
        expect(unpacked).toEqual(values)
      }),
    )
  })

  test.each([0.5, Number.NaN, Infinity, 2 ** 53])('%s is left unpacked', (number) => {
    expect(packNumbers(Float64Array.of(1, number))).toBeUndefined()
  })

  test('a thousand neighbours take a byte each', () => {
    const times = Float64Array.from({ length: 1_000 }, (_, i) => 1_700_000_000_000 + (i % 256))
    expect(packNumbers(times)).toHaveLength(9 + 1_000)
  })

  test('addresses come out as they went in, equal ones stored once', () => {
    const known = ['10.0.0.1', '2001:db8::1', '10.0.0.2'].map((text) => parseAddress(text)!)
    const values = Uint8Array.from({ length: 16 * 300 }, (_, i) => known[(i >> 4) % 3]![i % 16]!)
    const packed = packAddresses(values)!
    expect(packed.length).toBe(8 + 2 * 4 + 16 + 9 + 300)
    const { distinct, ids } = unpackAddresses(packed, 300)!
    const rows = Array.from(ids, (id) => [...distinct.subarray(id * 16, (id + 1) * 16)])
    expect(rows.flat()).toEqual([...values])
  })

  test('an address number that names none is refused', () => {
    const packed = packAddresses(new Uint8Array(16))!
    new DataView(packed.buffer, packed.byteOffset).setFloat64(8 + 16, 1, true)
    const unpacked = unpackAddresses(packed, 1)!
    expect(() => unpacked.ids).toThrow(DamagedColumn)
  })

  test.each([8_191, 8_192, 70_000])('%s stored rows come out as they went in', (rows) => {
    const values = Float64Array.from(
      { length: rows },
      (_, i) => 2 ** 40 + Math.imul(i, 0x9e37_79b1),
    )
    const chunk = encodeChunk({ type: 'f64', values }, 'stored')
    expect(decodeChunk('f64', chunk, rows)).toEqual(values)
    expect(chunk.bytes.length).toBeLessThan(rows * 8)
    const addresses = Uint8Array.from({ length: rows * 16 }, (_, i) =>
      i % 16 < 12 ? 0 : Math.imul((i >> 4) % 9_000, 0x85eb_ca77) >>> (8 * (i % 4)),
    )
    const packed = encodeChunk({ type: 'address', values: addresses }, 'stored')
    const { distinct, ids } = decodeChunk('address', packed, rows)!
    const back = Uint8Array.from(
      { length: rows * 16 },
      (_, i) => distinct[ids[i >> 4]! * 16 + (i % 16)]!,
    )
    expect(Buffer.compare(back, addresses)).toBe(0)
  })

  test('so many equal values unpack as the limit allows, and one more does not', () => {
    const rows = limits.packedRowsMax
    const chunk = encodeChunk({ type: 'f64', values: new Float64Array(rows) }, 'stored')
    expect(chunk.bytes.length).toBe(9)
    expect(decodeChunk('f64', chunk, rows)).toHaveLength(rows)
    expect(decodeChunk('f64', chunk, rows + 1)).toBeUndefined()
  })
})
