import { closeSync, openSync } from 'node:fs'
import { CaptureError } from '../../capture-error.ts'
import type { PacketSink } from '../captured-packet.ts'
import { KindCounts } from '../kind-counts.ts'
import { ByteWindow } from './byte-window.ts'
import type { FileDefect } from './file-defect.ts'
import { isPcap, readPcap } from './pcap-file.ts'
import { isPcapng, PcapngReader } from './pcapng-file.ts'

/** What a capture file says beside its packets. */
export interface CaptureFileReport {
  readonly format: 'pcap' | 'pcapng'
  readonly defects: KindCounts<FileDefect>
  /** Packets that whoever captured says it lost; undefined where the file does not say, as no pcap file can. */
  readonly dropped: number | undefined
}

/** First bytes of what is likely meant to be a capture. */
const otherFormats: readonly (readonly [bytes: string, name: string, next: string])[] = [
  ['1f8b', 'a gzip file', 'unpack it first: gunzip FILE'],
  ['28b52ffd', 'a zstd file', 'unpack it first: unzstd FILE'],
  ['fd377a585a00', 'an xz file', 'unpack it first: unxz FILE'],
  ['34cdb2a1', 'a pcap file in the form of old Red Hat', 'convert it: editcap -F pcap FILE OUT'],
  ['736e6f6f70', 'a snoop file', 'convert it: editcap -F pcap FILE OUT'],
]

/**
 * Hands out the packets of a pcap or pcapng file or pipe, front to back, in memory that does not grow with it. What is
 * wrong with the file is counted by kind and ends the reading at the worst. Throws `CaptureError` `capture-file` where
 * it cannot be read, is empty or is no capture.
 */
export function readCaptureFile(path: string, sink: PacketSink): CaptureFileReport {
  const fd = openCapture(path)
  try {
    const window = new ByteWindow(fd)
    const defects = new KindCounts<FileDefect>()
    if (firstBytes(path, window) && isPcap(window)) {
      readPcap(window, defects, sink)
      return { format: 'pcap', defects, dropped: undefined }
    }
    if (!isPcapng(window)) throw noCapture(path, window)
    const reader = new PcapngReader(window, defects, sink)
    reader.read()
    return { format: 'pcapng', defects, dropped: reader.dropped }
  } finally {
    closeSync(fd)
  }
}

function openCapture(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** A directory opens, and fails only when read. */
function firstBytes(path: string, window: ByteWindow): boolean {
  try {
    return window.has(4)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): CaptureError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new CaptureError(
    'capture-file',
    `${path} cannot be read: ${why}`,
    'name a pcap or pcapng file that you may read',
    cause,
  )
}

function noCapture(path: string, window: ByteWindow): CaptureError {
  if (window.isAtEnd())
    return new CaptureError(
      'capture-file',
      `${path} is empty`,
      'name a pcap or pcapng file; one being written may hold its first packets only later (tcpdump -U)',
    )
  const start = Buffer.from(window.peek(8)).toString('hex')
  const known = otherFormats.find(([bytes]) => start.startsWith(bytes))
  const what = known ? `is ${known[1]}, no pcap or pcapng file` : 'is no pcap or pcapng file'
  return new CaptureError(
    'capture-file',
    `${path} ${what}`,
    known?.[2] ?? 'name a file written by tcpdump, Wireshark, tshark or dumpcap',
  )
}
