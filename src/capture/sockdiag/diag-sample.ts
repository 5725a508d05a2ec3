import { addressBytes } from '../../model/address.ts'
import type { FlowSample } from '../../model/sample.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import { tcpState } from './diag-message.ts'
import type { TrackedSocket } from './tracked-socket.ts'

const tcpProtocol = 6

/** How a tracked connection is reported. */
export interface Look {
  readonly at: HostTime
  readonly closed: boolean
}

/** The one sample object that the source hands out again and again. */
export class DiagSample {
  readonly #sample: FlowSample

  /** `netns`: inode of the only network namespace that the socket listing shows. */
  constructor(netns: number) {
    this.#sample = {
      cookieLow: 0,
      cookieHigh: 0,
      protocol: tcpProtocol,
      localAddress: new Uint8Array(addressBytes),
      localPort: 0,
      remoteAddress: new Uint8Array(addressBytes),
      remotePort: 0,
      netns,
      direction: 'unknown',
      owner: { kind: 'unknown', why: '' },
      actor: undefined,
      first: hostTime(0),
      last: hostTime(0),
      txBytes: 0,
      rxBytes: 0,
      txPackets: 0,
      rxPackets: 0,
      rttUs: 0,
      retransmits: 0,
      state: 0,
      closed: false,
      partial: false,
      carrier: false,
    }
  }

  of(tracked: TrackedSocket, { at, closed }: Look): FlowSample {
    const sample = this.#sample
    const { socket, counters, base } = tracked
    sample.cookieLow = Number(socket.cookie & 0xffff_ffffn)
    sample.cookieHigh = Number(socket.cookie >> 32n)
    sample.localAddress.set(socket.localAddress)
    sample.localPort = socket.localPort
    sample.remoteAddress.set(socket.remoteAddress)
    sample.remotePort = socket.remotePort
    sample.direction = tracked.direction
    sample.owner = tracked.owner
    sample.first = tracked.first
    sample.last = at
    sample.txBytes = counters.txBytes - base.txBytes
    sample.rxBytes = counters.rxBytes - base.rxBytes
    sample.txPackets = counters.txPackets - base.txPackets
    sample.rxPackets = counters.rxPackets - base.rxPackets
    sample.rttUs = counters.rttUs
    sample.retransmits = counters.retransmits - base.retransmits
    sample.state = closed ? tcpState.closed : socket.state
    sample.closed = closed
    sample.partial = tracked.partial
    return sample
  }
}
