import type { FlowRecord } from '../../src/model/flow.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { address, curl } from './sample.ts'

/** A record of an ordinary flow, changed where the test is about it. */
export function recordOf(change: Partial<FlowRecord> = {}): FlowRecord {
  return {
    id: 1,
    start: hostTime(1_700_000_000_000),
    end: hostTime(1_700_000_000_006.25),
    protocol: 6,
    localAddress: address('10.0.0.1'),
    localPort: 40_000,
    remoteAddress: address('2001:db8::2'),
    remotePort: 443,
    direction: 'outbound',
    owner: curl,
    actor: undefined,
    netns: 4_026_531_840,
    txBytes: 1000,
    rxBytes: 3000,
    txPackets: 6,
    rxPackets: 6,
    rttUs: 17,
    retransmits: 0,
    state: 'closed',
    endReason: 'end detected',
    flags: 0,
    ...change,
  }
}
