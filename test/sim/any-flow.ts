import fc from 'fast-check'
import { directions, endReasons, tcpStates, type FlowRecord } from '../../src/model/flow.ts'
import { kernelOwner, type Owner } from '../../src/model/owner.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { curl } from './sample.ts'

const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const port = fc.integer({ min: 0, max: 0xffff })
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const time = fc.integer({ min: 0, max: 4e12 }).map((ms) => hostTime(ms / 2))
const address = fc.uint8Array({ minLength: 16, maxLength: 16 })
const owner: fc.Arbitrary<Owner> = fc.oneof(
  fc.constant(kernelOwner),
  fc.string().map((why): Owner => ({ kind: 'unknown', why })),
  fc
    .record({ uid: u32, user: fc.string({ minLength: 1 }) })
    .map((account): Owner => ({ kind: 'unknown', why: 'no process', account })),
  fc
    .record({ pid: u32, uid: u32, parentPid: u32, process: fc.string(), exe: fc.string() })
    .map((part): Owner => ({ ...curl, ...part })),
)

/** Any record that the format can hold. */
export const anyFlow: fc.Arbitrary<FlowRecord> = fc.record({
  id: count,
  start: time,
  end: time,
  protocol: fc.integer({ min: 0, max: 255 }),
  localAddress: address,
  localPort: port,
  remoteAddress: address,
  remotePort: port,
  direction: fc.constantFrom(...directions),
  owner,
  actor: fc.option(owner, { nil: undefined }),
  netns: u32,
  txBytes: count,
  rxBytes: count,
  txPackets: count,
  rxPackets: count,
  rttUs: u32,
  retransmits: u32,
  state: fc.constantFrom(...tcpStates),
  endReason: fc.constantFrom(...endReasons),
  flags: fc.integer({ min: 0, max: 7 }),
})
