import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBlock, encodeBlock } from '../../src/model/column-block.ts'
import { decodeFlows, encodeFlows } from '../../src/model/flow-block.ts'
import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { anyFlow } from '../sim/any-flow.ts'
import { recordOf } from '../sim/record.ts'
import { curl } from '../sim/sample.ts'

const two = [recordOf(), recordOf({ id: 2, actor: { kind: 'unknown', why: 'x' } })]
const forms = { live: encodeFlows(two), stored: encodeFlows(two, 'stored') }
/** To the whole ms and in order, as stored blocks keep times. */
const rounded = (flow: FlowRecord): FlowRecord => ({
  ...flow,
  start: hostTime(Math.floor(Math.min(flow.start, flow.end))),
  end: hostTime(Math.floor(flow.end)),
})

describe('blocks of flows', () => {
  test('what goes in comes out, whatever the flows', () => {
    fc.assert(
      fc.property(fc.array(anyFlow, { maxLength: 20 }), (flows) => {
        expect(decodeFlows(encodeFlows(flows))).toEqual({ ok: true, flows })
      }),
    )
  })

  test('stored ones come out too, with times to the whole ms', () => {
    const flows = fc.array(anyFlow, { maxLength: 20 })
    fc.assert(
      fc.property(flows, fc.integer({ min: 1, max: 40 }), (some, times) => {
        const many = Array.from({ length: times }, () => some).flat()
        const decoded = decodeFlows(encodeFlows(many, 'stored'))
        expect(decoded).toEqual({ ok: true, flows: many.map(rounded) })
      }),
    )
  })

  describe.each(['live', 'stored'] as const)('%s', (form) => {
    const bytes = forms[form]

    test('a block cut at any byte is refused', () => {
      for (let cut = 0; cut < bytes.length; cut++)
        expect(decodeFlows(bytes.subarray(0, cut)).ok, `cut at ${cut}`).toBe(false)
    })

    test('no flipped bit passes, but in the padding between chunks', () => {
      const whole = decodeFlows(bytes)
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = bytes.slice()
        flipped[bit >> 3]! ^= 1 << (bit & 7)
        const decoded = decodeFlows(flipped)
        expect(decoded.ok ? decoded : whole, `bit ${bit}`).toEqual(whole)
      }
    })
  })

  test('names that would move the cursor are cleaned whoever wrote them', () => {
    const hostile = { ...curl, process: 'a\u001b[2Jb', exe: '/tmp/\u202egpj.exe', user: 'x\r\n' }
    const decoded = decodeFlows(encodeFlows([recordOf({ owner: hostile })]))
    expect(decoded.ok && decoded.flows[0]!.owner).toMatchObject({
      process: 'a\ufffd[2Jb',
      exe: '/tmp/\ufffdgpj.exe',
      user: 'x\ufffd\ufffd',
    })
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('a count of %s is refused', (txBytes) => {
    expect(decodeFlows(encodeFlows([recordOf({ txBytes })])).ok).toBe(false)
  })
})

describe('column blocks', () => {
  const values = Uint32Array.of(1, 2)

  test('a reader skips columns that it does not know', () => {
    const decoded = decodeBlock(
      encodeBlock(2, [
        { id: 900, type: 'text', values: ['new', 'field'] },
        { id: 1, type: 'u32', values },
      ]),
    )
    expect(decoded.ok && decoded.block.column(1, 'u32')).toEqual(values)
    expect(decoded.ok && decoded.block.column(2, 'u32')).toBeUndefined()
    expect(decoded.ok && decoded.block.column(1, 'u8')).toBeUndefined()
  })

  test('damage in one column leaves the others readable', () => {
    const block = encodeBlock(2, [
      { id: 1, type: 'u32', values },
      { id: 2, type: 'u32', values },
    ])
    block[block.length - 1]! ^= 1
    const decoded = decodeBlock(block)
    expect(decoded.ok && decoded.block.column(1, 'u32')).toEqual(values)
    expect(decoded.ok && decoded.block.column(2, 'u32')).toBeUndefined()
  })

  test('each kind of damage to the head is named', () => {
    const block = encodeBlock(2, [{ id: 1, type: 'u32', values }])
    const flip = (at: number, to: number) => {
      const changed = block.slice()
      changed[at] = to
      return decodeBlock(changed)
    }
    expect(decodeBlock(block.subarray(0, 15))).toEqual({ ok: false, damage: 'short' })
    expect(flip(0, 0)).toEqual({ ok: false, damage: 'not a block' })
    expect(flip(4, 3)).toEqual({ ok: false, damage: 'newer version' })
    expect(flip(8, 3)).toEqual({ ok: false, damage: 'checksum' })
  })

  test('a thousand equal texts are stored once', () => {
    const text = 'x'.repeat(1000)
    const block = encodeBlock(1000, [
      { id: 1, type: 'text', values: Array<string>(1000).fill(text) },
    ])
    expect(block.length).toBeLessThan(6000)
  })
})
