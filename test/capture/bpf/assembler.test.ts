import { expect, test } from 'vitest'
import { Assembler, fp, r0, r1, r2, r6 } from '../../../src/capture/bpf/assembler.ts'

const hex = (code: Uint8Array) =>
  Array.from({ length: code.length / 8 }, (_, i) =>
    Buffer.from(code.subarray(8 * i, 8 * i + 8)).toString('hex'),
  )

/** As `llvm-mc -triple=bpfel -show-encoding` and the kernel's instruction set document have them. */
test('each kind of instruction has the bytes of the instruction set', () => {
  const code = new Assembler()
    .mov(r1, r2)
    .mov(r1, 7)
    .alu('add', r1, -1)
    .alu('sub', r1, r2)
    .load(8, r6, r1, 16)
    .load(2, r6, r1, -2)
    .store(4, fp, -8, r6)
    .store(1, fp, -9, 255)
    .atomicAdd(r6, 8, r1)
    .map(r1, 5)
    .mapValue(r1, 5, 24)
    .call(14)
    .callKernel(38247)
    .exit(0)
    .build()
  expect(hex(code)).toEqual([
    'bf21000000000000',
    'b701000007000000',
    '07010000ffffffff',
    '1f21000000000000',
    '7916100000000000',
    '6916feff00000000',
    '636af8ff00000000',
    '720af7ffff000000',
    'db16080000000000',
    '1811000005000000',
    '0000000000000000',
    '1821000005000000',
    '0000000018000000',
    '850000000e000000',
    '8520000067950000',
    'b700000000000000',
    '9500000000000000',
  ])
})

test('jumps count instructions from the one after them, forwards and back', () => {
  const code = new Assembler()
    .label('again')
    .jumpIf(r1, '==', 3, 'out')
    .jumpIf(r1, '!=', r2, 'again')
    .jump('out')
    .map(r1, 1)
    .label('out')
    .exit(1)
    .build()
  expect(hex(code).slice(0, 3)).toEqual([
    '1501040003000000',
    '5d21feff00000000',
    '0500020000000000',
  ])
})

test('a label that is missing or there twice is a mistake of the program, and said at once', () => {
  expect(() => new Assembler().jump('nowhere').build()).toThrow('no label nowhere')
  expect(() => new Assembler().label('a').mov(r0, 0).label('a')).toThrow('label a is there twice')
})
