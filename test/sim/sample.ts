import { parseAddress } from '../../src/model/address.ts'
import type { ProcessOwner } from '../../src/model/owner.ts'
import { hostTime } from '../../src/model/quantity.ts'
import type { FlowSample } from '../../src/model/sample.ts'

export const curl: ProcessOwner = {
  kind: 'process',
  pid: 4711,
  start: hostTime(1_000),
  parentPid: 1,
  process: 'curl',
  exe: '/usr/bin/curl',
  uid: 1000,
  user: 'alice',
  cgroup: '/user.slice',
  container: '',
}

export const address = (text: string): Uint8Array => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(`test address ${text}`)
  return parsed
}

/** A sample of an ordinary flow, changed where the test is about it. */
export function sampleOf(change: Partial<FlowSample> = {}): FlowSample {
  return {
    cookieLow: 1,
    cookieHigh: 0,
    protocol: 6,
    localAddress: address('10.0.0.1'),
    localPort: 40_000,
    remoteAddress: address('10.0.0.2'),
    remotePort: 443,
    netns: 4_026_531_840,
    direction: 'outbound',
    owner: curl,
    actor: undefined,
    first: hostTime(10_000),
    last: hostTime(10_000),
    txBytes: 0,
    rxBytes: 0,
    txPackets: 0,
    rxPackets: 0,
    rttUs: 0,
    retransmits: 0,
    state: 1,
    closed: false,
    partial: false,
    carrier: false,
    ...change,
  }
}
