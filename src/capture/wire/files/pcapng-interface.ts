import type { ByteWindow } from './byte-window.ts'
import { eachOption } from './pcapng-options.ts'

/** What a section says about one of its interfaces. */
export interface PcapngInterface {
  readonly linkType: number
  /** 0: no limit. */
  readonly snapBytes: number
  readonly unitsPerSecond: number
  readonly offsetSeconds: number
  /** Packets that the capturing system says it lost here so far; undefined where it does not say. */
  dropped: number | undefined
}

const description = { linkType: 8, snapBytes: 12, options: 16 } as const
const statisticsOptions = 20
const option = { timeResolution: 9, timeOffset: 14, interfaceDropped: 5, systemDropped: 7 } as const

/** An Interface Description Block of `bodyEnd` bytes without its trailer; undefined where it is too short. */
export function readInterface(window: ByteWindow, bodyEnd: number): PcapngInterface | undefined {
  if (bodyEnd < description.options) return undefined
  let unitsPerSecond = 1e6
  let offsetSeconds = 0
  const whole = eachOption(window, description.options, bodyEnd, (code, at, length) => {
    if (code === option.timeResolution && length >= 1)
      unitsPerSecond = resolution(window.bytes[window.at + at]!)
    if (code === option.timeOffset && length >= 8) offsetSeconds = signed64(window, at)
  })
  if (!whole) return undefined
  return {
    linkType: window.u16(description.linkType),
    snapBytes: window.u32(description.snapBytes),
    unitsPerSecond,
    offsetSeconds,
    dropped: undefined,
  }
}

/** Takes the counts of loss from an Interface Statistics Block; false where it is too short. */
export function readStatistics(window: ByteWindow, bodyEnd: number, of: PcapngInterface): boolean {
  let dropped: number | undefined
  const whole = eachOption(window, statisticsOptions, bodyEnd, (code, at, length) => {
    const isLoss = code === option.interfaceDropped || code === option.systemDropped
    if (isLoss && length >= 8) dropped = (dropped ?? 0) + unsigned64(window, at)
  })
  // Counts since capture began, so that the last block has them all.
  of.dropped = dropped ?? of.dropped
  return whole && bodyEnd >= statisticsOptions
}

/** Time in ms of the two halves of a time stamp, exact to less than a microsecond until the year 2100. */
export function timeMs(high: number, low: number, of: PcapngInterface): number {
  const seconds = (high * 0x1_0000_0000) / of.unitsPerSecond + low / of.unitsPerSecond
  return (seconds + of.offsetSeconds) * 1000
}

/** A power of ten, or of two where the highest bit is set. */
function resolution(value: number): number {
  return value & 0x80 ? 2 ** (value & 0x7f) : 10 ** value
}

/** 64 bits in the section's byte order, exact below 2^53. */
function unsigned64(window: ByteWindow, at: number): number {
  const [high, low] = window.littleEndian ? [at + 4, at] : [at, at + 4]
  return window.u32(high) * 0x1_0000_0000 + window.u32(low)
}

function signed64(window: ByteWindow, at: number): number {
  const [high, low] = window.littleEndian ? [at + 4, at] : [at, at + 4]
  return (window.u32(high) | 0) * 0x1_0000_0000 + window.u32(low)
}
