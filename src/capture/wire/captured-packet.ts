import type { HostTime } from '../../model/quantity.ts'

/**
 * One packet as a file or an interface gave it. Readers reuse one object and one buffer: valid only during the call
 * that hands it over.
 */
export interface CapturedPacket {
  /** Holds the packet from `at` to before `end`; what lies around it is other packets'. */
  bytes: Uint8Array
  at: number
  end: number
  /** Bytes that the packet had on the wire; more than were captured where a snap length cut it. */
  wireBytes: number
  /** 0 where the file does not say. */
  time: HostTime
  /** LINKTYPE_ number: which header the packet begins with (tcpdump.org/linktypes.html). */
  linkType: number
}

export type PacketSink = (packet: CapturedPacket) => void
