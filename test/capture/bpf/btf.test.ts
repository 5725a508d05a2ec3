import { describe, expect, test } from 'vitest'
import { Btf, btfKind } from '../../../src/capture/bpf/btf.ts'
import { packedStruct, SyntheticBtf } from './synthetic-btf.ts'

/**
 * struct inner { int first; union { int a; int b; }; };
 * typedef const struct inner inner_t;
 * struct outer { int one; struct { int pad; inner_t deep; }; int flag_a : 3, flag_b : 1; };
 */
function blob(): Buffer {
  const btf = new SyntheticBtf()
  const name = (text: string) => btf.name(text)
  const int = btf.type(1, 'int', 4, [(1 << 24) | 32])
  const union = btf.type(5, '', 4, [name('a'), int, 0, name('b'), int, 0], 2)
  const inner = btf.type(4, 'inner', 8, [name('first'), int, 0, 0, union, 32], 2)
  const constant = btf.type(10, '', inner)
  const alias = btf.type(btfKind.typedef, 'inner_t', constant)
  const nameless = btf.type(4, '', 12, [name('pad'), int, 0, name('deep'), alias, 32], 2)
  const members = [name('one'), int, 0, 0, nameless, 32]
  const fields = [name('flag_a'), int, 128 | (3 << 24), name('flag_b'), int, 131 | (1 << 24)]
  btf.type(packedStruct, 'outer', 20, [...members, ...fields], 4)
  btf.type(btfKind.enum, 'colours', 4, [name('RED'), 1, name('BLUE'), 7], 2)
  const prototype = btf.type(13, '', 0, [0, int], 1)
  btf.type(btfKind.func, 'inner', prototype)
  return btf.build()
}

describe('BTF', () => {
  const btf = new Btf(blob())

  test('a member is found through anonymous structs and unions, typedefs and const', () => {
    expect(btf.member('outer', 'one')?.offset).toBe(0)
    expect(btf.member('outer', 'deep')?.offset).toBe(8)
    expect(btf.member('outer', 'deep.first')?.offset).toBe(8)
    expect(btf.member('outer', 'deep.b')?.offset).toBe(12)
  })

  test('a bit-field says its byte, its bit there and its width', () => {
    expect(btf.member('outer', 'flag_a')).toMatchObject({ offset: 16, bit: 0, bitWidth: 3 })
    expect(btf.member('outer', 'flag_b')).toMatchObject({ offset: 16, bit: 3, bitWidth: 1 })
  })

  test('one name can stand for a struct and a function', () => {
    const struct = btf.find(btfKind.struct, 'inner')
    const func = btf.find(btfKind.func, 'inner')
    expect(struct).toBe(3)
    expect(func).toBe(10)
  })

  test('an enumerator has its number', () => {
    expect(btf.enumerator('colours', 'BLUE')).toBe(7)
    expect(btf.enumerator('colours', 'GREEN')).toBeUndefined()
    expect(btf.enumerator('shades', 'BLUE')).toBeUndefined()
  })

  test('what is not there is undefined, also when its name begins or ends another', () => {
    expect(btf.member('outer', 'on')).toBeUndefined()
    expect(btf.member('outer', 'eep')).toBeUndefined()
    expect(btf.member('oute', 'one')).toBeUndefined()
    expect(btf.find(btfKind.typedef, 'inner')).toBeUndefined()
  })

  test('bytes that are not BTF are refused', () => {
    const noMagic = blob()
    noMagic[0] = 0
    const unknownKind = blob()
    unknownKind[24 + 7] = 31
    expect(() => new Btf(noMagic)).toThrow(RangeError)
    expect(() => new Btf(Buffer.alloc(3))).toThrow(RangeError)
    expect(() => new Btf(unknownKind)).toThrow('kind 31')
  })
})
