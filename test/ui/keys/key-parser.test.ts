import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { screenLimits } from '../../../src/model/screen-limits.ts'
import { KeyParser, type InputEvent } from '../../../src/ui/keys/key-parser.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const key = (name: string): InputEvent => ({ kind: 'key', key: name })
const parse = (text: string) => new KeyParser().feed(bytes(text))

/** What a terminal sends, and what it means; none of them a beginning of another. */
const sent: readonly (readonly [sequence: string, events: readonly InputEvent[]])[] = [
  ['j', [key('j')]],
  ['S', [key('S')]],
  ['?', [key('?')]],
  [' ', [key('space')]],
  ['\t', [key('tab')]],
  ['\r', [key('enter')]],
  ['\x7f', [key('backspace')]],
  ['\x03', [key('ctrl-c')]],
  ['\x1a', [key('ctrl-z')]],
  ['ü', [key('ü')]],
  ['語', [key('語')]],
  ['😀', [key('😀')]],
  ['\x1b[A', [key('up')]],
  ['\x1bOB', [key('down')]],
  ['\x1b[1;5C', [key('right')]],
  ['\x1b[5~', [key('page-up')]],
  ['\x1b[6~', [key('page-down')]],
  ['\x1b[H', [key('home')]],
  ['\x1b[4~', [key('end')]],
  ['\x1bOF', [key('end')]],
  ['\x1bOR', [key('f3')]],
  ['\x1b[13~', [key('f3')]],
  ['\x1b[[C', [key('f3')]],
  ['\x1b[21~', [key('f10')]],
  ['\x1b[3;2~', [key('delete')]],
  ['\x1b[Z', [key('shift-tab')]],
  ['\x1bx', [key('alt-x')]],
  ['\x1b[<0;10;5M', [{ kind: 'mouse', action: 'press', column: 9, row: 4 }]],
  ['\x1b[<64;199;50M', [{ kind: 'mouse', action: 'wheel-up', column: 198, row: 49 }]],
  ['\x1b[<65;1;1M', [{ kind: 'mouse', action: 'wheel-down', column: 0, row: 0 }]],
  ['\x1b[<0;10;5m', [{ kind: 'other' }]],
  ['\x1b[<35;10;5M', [{ kind: 'other' }]],
  ['\x1b[M !!', [{ kind: 'other' }]],
  ['\x1b[200~q\x1bq\x03\x1b[201~', [{ kind: 'paste', text: 'q\x1bq\x03' }]],
  ['\x1b[?62;22c', []],
  ['\x00', []],
]
const sentOnes = fc.constantFrom(...sent)

describe('the key parser', () => {
  test.each(sent)('%j is read as what it means', (sequence, events) => {
    expect(parse(sequence)).toEqual(events)
  })

  test('keys that come in one read are each a key', () => {
    expect(parse('jjk\x1b[Bq')).toEqual(['j', 'j', 'k', 'down', 'q'].map(key))
  })

  test('a read may end at any byte', () => {
    const all = bytes(sent.map(([sequence]) => sequence).join(''))
    const events = sent.flatMap(([, one]) => one)
    for (let cut = 0; cut <= all.length; cut++) {
      const parser = new KeyParser()
      const got = [...parser.feed(all.subarray(0, cut)), ...parser.feed(all.subarray(cut))]
      expect(got, `cut at byte ${cut}`).toEqual(events)
    }
  })

  test('any input in reads of any length gives the same events', () => {
    fc.assert(
      fc.property(fc.array(sentOnes), fc.array(fc.nat({ max: 9 })), (ones, lengths) => {
        const parser = new KeyParser()
        let rest = bytes(ones.map(([sequence]) => sequence).join(''))
        const got: InputEvent[] = []
        for (const length of [...lengths, rest.length]) {
          got.push(...parser.feed(rest.subarray(0, length)))
          rest = rest.subarray(length)
        }
        expect(got).toEqual(ones.flatMap(([, events]) => events))
      }),
    )
  })

  test('noise never throws and does not swallow the keys after it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const parser = new KeyParser()
        parser.feed(noise)
        // Out of a paste that the noise began, of a mouse report, and of any sequence.
        parser.feed(bytes('\x1b[201~xxx'))
        parser.flush()
        expect(parser.feed(bytes('q'))).toEqual([key('q')])
      }),
    )
  })

  test('Esc is a key once nothing follows it', () => {
    const parser = new KeyParser()
    expect(parser.feed(bytes('\x1b'))).toEqual([])
    expect(parser.waiting).toBe(true)
    expect(parser.flush()).toEqual([key('escape')])
    expect(parser.waiting).toBe(false)
    expect(parser.feed(bytes('j'))).toEqual([key('j')])
  })

  test('Esc twice is one Esc at once and one that waits', () => {
    const parser = new KeyParser()
    expect(parser.feed(bytes('\x1b\x1b'))).toEqual([key('escape')])
    expect(parser.flush()).toEqual([key('escape')])
  })

  test('a sequence up to the limit is dropped whole, and one past it does not hold up the keys', () => {
    const longest = '\x1b[' + '1'.repeat(screenLimits.keySequenceBytesMax - 1) + '~'
    expect(parse(`${longest}q`)).toEqual([key('q')])
    const tooLong = '\x1b[' + '1'.repeat(screenLimits.keySequenceBytesMax) + 'q'
    expect(parse(tooLong)).toEqual([key('q')])
  })

  test('a character that is cut short is lost alone', () => {
    const cut = Uint8Array.of(0xe8, 0xaa, ...bytes('q'))
    expect(new KeyParser().feed(cut)).toEqual([key('q')])
  })
})
