import { crc32 } from 'node:zlib'

/**
 * A file of the log begins with these 64 bytes, twice, so that a flipped bit does not cost the file. Little endian:
 *
 *     0 magic u32 | 4 version u16 | 6 kind u16 | 8 file number u32 | 12 stream id u32 | 16 host id 16 B
 *     32 boot id 16 B | 48 first sequence u32 | 52 rows before f64 | 60 crc32 of the 60 bytes before u32
 */
export interface FileHeader {
  readonly kind: 'journal' | 'segment'
  readonly number: number
  /** 32 hexadecimal digits, as /etc/machine-id has them. */
  readonly hostId: string
  /** 32 hexadecimal digits: of the boot that the records are of. */
  readonly bootId: string
  /** Random, one a run of the recorder: flow ids and frame sequences are unique within it. */
  readonly stream: number
  /** Sequence of the first frame; frames of an earlier file of this stream from here on were written again here. */
  readonly firstSequence: number
  /** Rows of the stream before this file. */
  readonly rowsBefore: number
}

export const fileHeaderBytes = 128
const copyBytes = 64
const magic = 0x314c_3265 // "e2L1"
/** 1 and 2 were before the first release. */
const version = 3
const kinds = ['journal', 'segment'] as const

export function encodeFileHeader(header: FileHeader): Uint8Array {
  const bytes = Buffer.alloc(copyBytes)
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt16LE(version, 4)
  bytes.writeUInt16LE(kinds.indexOf(header.kind), 6)
  bytes.writeUInt32LE(header.number, 8)
  bytes.writeUInt32LE(header.stream, 12)
  bytes.write(header.hostId, 16, 16, 'hex')
  bytes.write(header.bootId, 32, 16, 'hex')
  bytes.writeUInt32LE(header.firstSequence, 48)
  bytes.writeDoubleLE(header.rowsBefore, 52)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60)
  return Buffer.concat([bytes, bytes])
}

export type DecodedFileHeader =
  | { readonly ok: true; readonly header: FileHeader }
  | {
      readonly ok: false
      readonly damage: 'short' | 'not a log file' | 'another format' | 'checksum'
    }

/** Of the first `fileHeaderBytes` of a file, by the first copy that checks. */
export function decodeFileHeader(bytes: Buffer): DecodedFileHeader {
  const first = decodeCopy(bytes.subarray(0, copyBytes))
  if (first.ok || first.damage === 'another format') return first
  const second = decodeCopy(bytes.subarray(copyBytes, fileHeaderBytes))
  return second.ok ? second : first
}

function decodeCopy(bytes: Buffer): DecodedFileHeader {
  if (bytes.length < copyBytes) return { ok: false, damage: 'short' }
  if (bytes.readUInt32LE(0) !== magic) return { ok: false, damage: 'not a log file' }
  if (bytes.readUInt32LE(60) !== crc32(bytes.subarray(0, 60)))
    return { ok: false, damage: 'checksum' }
  const kind = kinds[bytes.readUInt16LE(6)]
  if (bytes.readUInt16LE(4) !== version || !kind) return { ok: false, damage: 'another format' }
  return {
    ok: true,
    header: {
      kind,
      number: bytes.readUInt32LE(8),
      stream: bytes.readUInt32LE(12),
      hostId: bytes.toString('hex', 16, 32),
      bootId: bytes.toString('hex', 32, 48),
      firstSequence: bytes.readUInt32LE(48),
      rowsBefore: bytes.readDoubleLE(52),
    },
  }
}
