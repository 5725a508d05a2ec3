import type { HostTime } from '../../model/quantity.ts'
import { trafficClasses, type Traffic, type TrafficClass } from '../../model/wire-traffic.ts'
import type { KindCounts } from './kind-counts.ts'
import type { PacketDefect } from './packet-walk.ts'

export interface WireTotals {
  readonly packets: number
  readonly wireBytes: number
  readonly capturedBytes: number
  /** Times of the earliest and the latest packet; 0 where none has a time. */
  readonly first: HostTime
  readonly last: HostTime
  readonly classes: Readonly<Record<TrafficClass, Traffic>>
  /** Flows listed, carriers included. */
  readonly flows: number
  /** Flows that did not fit: they are in the classes and not in the list. */
  readonly evicted: Traffic & { readonly flows: number }
  readonly defects: KindCounts<PacketDefect>
  /** Packets of which too little was captured to read all their headers. */
  readonly cut: number
  /** Packets with more headers than are read; they count as their innermost flow that was. */
  readonly tooDeep: number
  /** Later fragments whose first one was not seen, which therefore have no ports. */
  readonly loneFragments: number
  /** Packets without IP by their ethertype, as `0x0806`; of kinds past the limit as `other`. */
  readonly ethertypes: Readonly<Record<string, number>>
}

/** Sums of the classes while they grow. */
export type ClassSums = Readonly<Record<TrafficClass, { packets: number; wireBytes: number }>>

export const newClassSums = (): ClassSums =>
  Object.fromEntries(
    trafficClasses.map((name) => [name, { packets: 0, wireBytes: 0 }]),
  ) as ClassSums
