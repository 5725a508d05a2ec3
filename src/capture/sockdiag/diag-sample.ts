import { emptySample, type FlowSample } from '../../model/sample.ts'
import type { HostTime } from '../../model/quantity.ts'
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
    this.#sample = { ...emptySample(), protocol: tcpProtocol, netns }
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
