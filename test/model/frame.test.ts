import { describe, expect, test } from 'vitest'
import { encodeFrame, FrameReader } from '../../src/model/frame.ts'
import { limits } from '../../src/model/limits.ts'

const payloads = [new Uint8Array(), Uint8Array.of(7), new Uint8Array(300).fill(9)]
const stream = Buffer.concat(payloads.map((payload, i) => encodeFrame(i + 1, payload)))
const expected = payloads.map((payload, i) => ({ kind: i + 1, payload: [...payload] }))

function readPieces(pieces: readonly Uint8Array[]) {
  const reader = new FrameReader()
  const frames = pieces.flatMap((piece) => {
    const result = reader.push(piece)
    if (result.kind === 'oversize') throw new Error(`oversize ${result.length}`)
    return result.frames.map(({ kind, payload }) => ({ kind, payload: [...payload] }))
  })
  return { frames, pending: reader.pending }
}

describe('frames', () => {
  test('a stream cut into two pieces at any byte gives the same frames', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const pieces = [stream.subarray(0, cut), stream.subarray(cut)]
      expect(readPieces(pieces), `cut at ${cut}`).toEqual({ frames: expected, pending: 0 })
    }
  })

  test('a stream that comes byte by byte gives the same frames', () => {
    expect(readPieces([...stream].map((byte) => Uint8Array.of(byte))).frames).toEqual(expected)
  })

  test('a stream that ends early gives the whole frames, and says that bytes are left', () => {
    const { frames, pending } = readPieces([stream.subarray(0, stream.length - 1)])
    expect(frames).toEqual(expected.slice(0, 2))
    expect(pending).toBeGreaterThan(0)
  })

  test('a frame at the limit passes, one past it ends the stream', () => {
    const largest = encodeFrame(1, new Uint8Array(limits.frameBytesMax - 1))
    expect(new FrameReader().push(largest)).toMatchObject({ kind: 'frames' })
    expect(() => encodeFrame(1, new Uint8Array(limits.frameBytesMax))).toThrow(RangeError)
    const head = Uint8Array.of(1, 0, 0, 1, 1) // 0x01000001
    expect(new FrameReader().push(head)).toEqual({
      kind: 'oversize',
      length: limits.frameBytesMax + 1,
    })
  })

  test('a length of zero, which holds no kind, ends the stream', () => {
    expect(new FrameReader().push(new Uint8Array(5))).toEqual({ kind: 'oversize', length: 0 })
  })
})
