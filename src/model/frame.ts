import { limits } from './limits.ts'

/**
 * Frames of a stream: `u32 length of kind and payload | u8 kind | payload`, little endian. No checksum: pipes
 * and unix sockets neither cut nor flip; blocks carry their own.
 */
export interface Frame {
  readonly kind: number
  readonly payload: Uint8Array
}

const headerBytes = 5

/** The payload must be shorter than `bytesMax`; a longer one is a bug of the writer. */
export function encodeFrame(
  kind: number,
  payload: Uint8Array,
  bytesMax: number = limits.frameBytesMax,
): Uint8Array {
  const length = payload.length + 1
  if (length > bytesMax) throw new RangeError(`frame of ${length} bytes`)
  const frame = new Uint8Array(headerBytes + payload.length)
  new DataView(frame.buffer).setUint32(0, length, true)
  frame[4] = kind
  frame.set(payload, headerBytes)
  return frame
}

/** What a reader makes of the bytes that came so far. `oversize` ends the stream: nothing after it can be found. */
export type FrameResult =
  | { readonly kind: 'frames'; readonly frames: readonly Frame[] }
  | { readonly kind: 'oversize'; readonly length: number }

/** Cuts a byte stream into frames, whatever pieces it comes in. Holds at most one frame and one piece. */
export class FrameReader {
  readonly #bytesMax: number
  #pieces: Uint8Array[] = []
  #held = 0

  /** `bytesMax`: of a frame's kind and payload. */
  constructor(bytesMax: number = limits.frameBytesMax) {
    this.#bytesMax = bytesMax
  }

  push(piece: Uint8Array): FrameResult {
    this.#pieces.push(piece)
    this.#held += piece.length
    const frames: Frame[] = []
    for (;;) {
      if (this.#held < headerBytes) break
      const head = this.#joined()
      const length = new DataView(head.buffer, head.byteOffset).getUint32(0, true)
      if (length === 0 || length > this.#bytesMax) return { kind: 'oversize', length }
      if (this.#held < 4 + length) break
      frames.push({ kind: head[4]!, payload: head.subarray(headerBytes, 4 + length) })
      this.#pieces = [head.subarray(4 + length)]
      this.#held -= 4 + length
    }
    return { kind: 'frames', frames }
  }

  /** Bytes of a frame that is not yet whole; not 0 at the end of the stream means it was cut off. */
  get pending(): number {
    return this.#held
  }

  /** One piece with all that is held. Joins only when a frame may be whole, so a 16 MB frame is copied once. */
  #joined(): Uint8Array {
    const first = this.#pieces[0]!
    if (this.#pieces.length === 1) return first
    if (first.length >= headerBytes) {
      const length = new DataView(first.buffer, first.byteOffset).getUint32(0, true)
      if (this.#held < 4 + length) return first
    }
    const whole = new Uint8Array(this.#held)
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    this.#pieces = [whole]
    return whole
  }
}
