import { crc32 } from 'node:zlib'
import { decodeBlock, encodeBlock } from '../model/column-block.ts'
import { hostTime, type HostTime } from '../model/quantity.ts'
import { decodeLogFrame, frameHeaderBytes, type LogFrame } from './log-frame.ts'
import type { OpenLogFile } from './open-file.ts'
import { readPayload } from './walk-frames.ts'

/** Where a frame of a segment stands, and what its header says. */
export interface IndexEntry {
  readonly at: number
  readonly kind: 'flows' | 'gaps'
  readonly items: number
  readonly from: HostTime
  readonly to: HostTime
  readonly begun: HostTime
}

/** Column ids: part of the format, never given to another field. */
const id = { at: 1, kind: 2, items: 3, from: 4, to: 5, begun: 6 } as const
const kinds = ['flows', 'gaps'] as const

/** A segment ends with `offset of the index frame f64 | magic u32 | crc32 of the 12 bytes before u32`. */
export const trailerBytes = 16
const trailerMagic = 0x3158_3265 // "e2X1"

export function encodeIndex(entries: readonly IndexEntry[]): Uint8Array {
  return encodeBlock(entries.length, [
    { id: id.at, type: 'f64', values: Float64Array.from(entries, ({ at }) => at) },
    { id: id.kind, type: 'u8', values: Uint8Array.from(entries, (e) => kinds.indexOf(e.kind)) },
    { id: id.items, type: 'u32', values: Uint32Array.from(entries, ({ items }) => items) },
    { id: id.from, type: 'f64', values: Float64Array.from(entries, ({ from }) => from) },
    { id: id.to, type: 'f64', values: Float64Array.from(entries, ({ to }) => to) },
    { id: id.begun, type: 'f64', values: Float64Array.from(entries, ({ begun }) => begun) },
  ])
}

export function encodeTrailer(indexAt: number): Uint8Array {
  const bytes = Buffer.alloc(trailerBytes)
  bytes.writeDoubleLE(indexAt, 0)
  bytes.writeUInt32LE(trailerMagic, 8)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12)
  return bytes
}

/** A segment's index; undefined where it is damaged, and then the frames must be walked. */
export function readIndex(file: OpenLogFile): readonly IndexEntry[] | undefined {
  const { bytes } = file
  const trailer = bytes.read(Math.max(0, bytes.length - trailerBytes), trailerBytes)
  if (trailer.length < trailerBytes || trailer.readUInt32LE(8) !== trailerMagic) return undefined
  if (trailer.readUInt32LE(12) !== crc32(trailer.subarray(0, 12))) return undefined
  const at = trailer.readDoubleLE(0)
  const frame = frameAt(file, at)
  if (frame?.kind !== 'index') return undefined
  const payload = readPayload(file, frame, at)
  return payload && decodeIndex(payload)
}

/** The frame that begins at `at`; undefined where none does. */
export function frameAt({ bytes, header }: OpenLogFile, at: number): LogFrame | undefined {
  if (!(at >= 0 && at < bytes.length)) return undefined
  return decodeLogFrame(bytes.read(at, frameHeaderBytes), header.stream)
}

function decodeIndex(payload: Uint8Array): readonly IndexEntry[] | undefined {
  const decoded = decodeBlock(payload)
  if (!decoded.ok) return undefined
  const { block } = decoded
  const at = block.column(id.at, 'f64')
  const kind = block.column(id.kind, 'u8')
  const items = block.column(id.items, 'u32')
  const from = block.column(id.from, 'f64')
  const to = block.column(id.to, 'f64')
  const begun = block.column(id.begun, 'f64')
  if (!at || !kind || !items || !from || !to || !begun) return undefined
  const entries: IndexEntry[] = []
  for (let i = 0; i < block.rows; i++) {
    const known = kinds[kind[i]!]
    // Frames of a later version's kind are skipped, as columns are.
    if (known === undefined) continue
    entries.push({
      at: at[i]!,
      kind: known,
      items: items[i]!,
      from: hostTime(from[i]!),
      to: hostTime(to[i]!),
      begun: hostTime(begun[i]!),
    })
  }
  return entries
}
