import { crc32 } from 'node:zlib'
import type { HostTime, Millis } from '../model/quantity.ts'
import { hostTime, millis } from '../model/quantity.ts'
import { limits } from '../model/limits.ts'

/**
 * A frame is `header 80 B | payload`, padded to a multiple of 8. Little endian:
 *
 *      0 magic u32 | 4 kind u16 | 6 reserved u16 | 8 payload length u32 | 12 items u32 | 16 sequence u32 | 20 reserved u32
 *     24 rows before f64 | 32 written, wall f64 | 40 written, monotonic f64 | 48 from f64 | 56 to f64
 *     64 begun f64 | 72 crc32 of the payload u32 | 76 crc32 of the 76 bytes before, begun with the stream id u32
 *
 * The stream id in the checksum keeps frames of another file, left in reused disk blocks, from being taken for ours.
 */
export interface LogFrame {
  readonly kind: LogFrameKind | 'unknown'
  readonly payloadBytes: number
  /** Rows of a flows frame, gaps of a gaps frame, blocks of an index. */
  readonly items: number
  /** Counts the frames of a stream; a hole is a lost frame. */
  readonly sequence: number
  /** Rows of the stream before this frame, so that the frame after a hole says how many rows were lost. */
  readonly rowsBefore: number
  readonly written: { readonly wall: HostTime; readonly monotonic: Millis }
  /** Earliest and latest time of the items: ends of flows, both times of gaps. */
  readonly from: HostTime
  readonly to: HostTime
  /** Earliest start of flows; of others what `from` is. */
  readonly begun: HostTime
  readonly payloadCrc: number
}
export type LogFrameKind = (typeof kinds)[number]

export const frameHeaderBytes = 80
export const frameMagic = 0x3146_3265 // "e2F1"
const kinds = ['flows', 'gaps', 'index'] as const

/** Bytes that a frame takes in a file. */
export const frameBytes = (payloadBytes: number) => (frameHeaderBytes + payloadBytes + 7) & ~7

/** Header, payload and padding, as they are written. */
export function encodeLogFrame(
  frame: Omit<LogFrame, 'payloadBytes' | 'payloadCrc'> & { readonly kind: LogFrameKind },
  payload: Uint8Array,
  stream: number,
): Buffer {
  const bytes = Buffer.alloc(frameBytes(payload.length))
  bytes.writeUInt32LE(frameMagic, 0)
  bytes.writeUInt16LE(kinds.indexOf(frame.kind), 4)
  bytes.writeUInt32LE(payload.length, 8)
  bytes.writeUInt32LE(frame.items, 12)
  bytes.writeUInt32LE(frame.sequence, 16)
  bytes.writeDoubleLE(frame.rowsBefore, 24)
  bytes.writeDoubleLE(frame.written.wall, 32)
  bytes.writeDoubleLE(frame.written.monotonic, 40)
  bytes.writeDoubleLE(frame.from, 48)
  bytes.writeDoubleLE(frame.to, 56)
  bytes.writeDoubleLE(frame.begun, 64)
  bytes.writeUInt32LE(crc32(payload), 72)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 76), stream), 76)
  bytes.set(payload, frameHeaderBytes)
  return bytes
}

/** The header at the start of `bytes`; undefined where there is none of this stream. */
export function decodeLogFrame(bytes: Buffer, stream: number): LogFrame | undefined {
  if (bytes.length < frameHeaderBytes || bytes.readUInt32LE(0) !== frameMagic) return undefined
  if (bytes.readUInt32LE(76) !== crc32(bytes.subarray(0, 76), stream)) return undefined
  const payloadBytes = bytes.readUInt32LE(8)
  if (payloadBytes > limits.logFrameBytesMax) return undefined
  return {
    kind: kinds[bytes.readUInt16LE(4)] ?? 'unknown',
    payloadBytes,
    items: bytes.readUInt32LE(12),
    sequence: bytes.readUInt32LE(16),
    rowsBefore: bytes.readDoubleLE(24),
    written: {
      wall: hostTime(bytes.readDoubleLE(32)),
      monotonic: millis(bytes.readDoubleLE(40)),
    },
    from: hostTime(bytes.readDoubleLE(48)),
    to: hostTime(bytes.readDoubleLE(56)),
    begun: hostTime(bytes.readDoubleLE(64)),
    payloadCrc: bytes.readUInt32LE(72),
  }
}
