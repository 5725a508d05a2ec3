import { wireLimits } from '../../../model/wire-limits.ts'
import { hostTime } from '../../../model/quantity.ts'
import type { CapturedPacket, PacketSink } from '../captured-packet.ts'
import type { KindCounts } from '../kind-counts.ts'
import type { ByteWindow } from './byte-window.ts'
import type { FileDefect } from './file-defect.ts'

/** Magic numbers as a file in little endian has them, by the fraction of a second that its times count. */
const magic = { micro: 0xa1b2c3d4, nano: 0xa1b23c4d } as const
const fileHeader = { magic: 0, linkType: 20, bytes: 24 } as const
const recordHeader = { seconds: 0, fraction: 4, captured: 8, wire: 12, bytes: 16 } as const

/** What the file's header says about its records. */
interface PcapHeader {
  readonly linkType: number
  readonly fractionsPerSecond: number
}

/** Whether the window stands at a pcap file of either byte order; if so, sets the order. */
export function isPcap(window: ByteWindow): boolean {
  if (!window.has(4)) return false
  for (const littleEndian of [true, false]) {
    window.littleEndian = littleEndian
    const found = window.u32(fileHeader.magic)
    if (found === magic.micro || found === magic.nano) return true
  }
  return false
}

/** Hands out the packets of a pcap file (draft-ietf-opsawg-pcap) whose byte order is set, and counts its defects. */
export function readPcap(
  window: ByteWindow,
  defects: KindCounts<FileDefect>,
  sink: PacketSink,
): void {
  const header = readHeader(window)
  if (!header) return defects.add('cut-off')
  const packet: CapturedPacket = {
    bytes: window.bytes,
    at: 0,
    end: 0,
    wireBytes: 0,
    time: hostTime(0),
    linkType: header.linkType,
  }
  while (!window.isAtEnd()) {
    if (!window.has(recordHeader.bytes)) return defects.add('cut-off')
    const captured = window.u32(recordHeader.captured)
    // Nothing marks the beginning of a record, so that after a false length the next one cannot be found.
    if (captured > wireLimits.wirePacketBytesMax) return defects.add('record-length')
    if (!window.has(recordHeader.bytes + captured)) return defects.add('cut-off')
    takeRecord(window, header, packet, defects)
    sink(packet)
    window.at = packet.end
  }
}

function readHeader(window: ByteWindow): PcapHeader | undefined {
  if (!window.has(fileHeader.bytes)) return undefined
  const isNano = window.u32(fileHeader.magic) === magic.nano
  // The upper half of the field is about frame check sequences.
  const linkType = window.u32(fileHeader.linkType) & 0xffff
  window.at += fileHeader.bytes
  return { linkType, fractionsPerSecond: isNano ? 1e9 : 1e6 }
}

function takeRecord(
  window: ByteWindow,
  { fractionsPerSecond }: PcapHeader,
  packet: CapturedPacket,
  defects: KindCounts<FileDefect>,
): void {
  const captured = window.u32(recordHeader.captured)
  const wire = window.u32(recordHeader.wire)
  const fraction = window.u32(recordHeader.fraction)
  if (wire < captured) defects.add('wire-length')
  if (fraction >= fractionsPerSecond) defects.add('timestamp')
  packet.bytes = window.bytes
  packet.at = window.at + recordHeader.bytes
  packet.end = packet.at + captured
  packet.wireBytes = Math.max(wire, captured)
  const fractionMs = (fraction / fractionsPerSecond) * 1000
  packet.time = hostTime(window.u32(recordHeader.seconds) * 1000 + fractionMs)
}
