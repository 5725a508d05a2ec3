import { describe, expect, test } from 'vitest'
import type { Sight } from '../../src/model/capture-status.ts'
import { kernelOwner } from '../../src/model/owner.ts'
import type { FlowSample } from '../../src/model/sample.ts'
import { address, curl, sampleOf } from '../sim/sample.ts'
import { CollectedFlows } from './collected-flows.ts'
import { compareFlows } from './expect-flows.ts'
import type { NamespacePair } from './namespace-pair.ts'
import type { ExpectedFlow } from './traffic.ts'

const pair: NamespacePair = {
  near: { name: 'near', inode: 1, v4: '10.0.0.1', v6: 'fd77::1' },
  far: { name: 'far', inode: 2, v4: '10.0.0.2', v6: 'fd77::2' },
  close: () => {},
}
const owner = { pid: curl.pid, uid: curl.uid, process: curl.process }
const worker = { ...curl, pid: 4712 }
const everything: readonly Sight[] = ['tcp', 'actor']

const expected: ExpectedFlow = {
  end: 'client',
  protocol: 6,
  localAddress: '::ffff:10.0.0.1',
  localPort: 40_000,
  remoteAddress: '10.0.0.2',
  remotePort: 443,
  owner,
  txBytes: 1_000,
  rxBytes: 3_000,
  closed: true,
}
const right: Partial<FlowSample> = { netns: 1, txBytes: 1_000, rxBytes: 3_000, closed: true }

function differences(
  samples: readonly Partial<FlowSample>[],
  flows: readonly ExpectedFlow[] = [expected],
  sees = everything,
) {
  const collected = new CollectedFlows(pair)
  for (const sample of samples) collected.take(sampleOf(sample))
  return compareFlows(flows, collected, sees).differences
}

describe('the judge of capture', () => {
  test('finds nothing where a flow is exactly as expected, live looks before its end included', () => {
    expect(differences([{ ...right, txBytes: 10, rxBytes: 0, closed: false }, right])).toEqual([])
  })

  test('keeps no reference to the sample that the source uses again', () => {
    const collected = new CollectedFlows(pair)
    const sample = sampleOf(right)
    collected.take(sample)
    sample.txBytes = 7
    sample.remoteAddress.fill(0)
    expect(compareFlows([expected], collected, everything).differences).toEqual([])
  })

  test.each<[string, Partial<FlowSample>]>([
    ['one byte too much sent', { txBytes: 1_001 }],
    ['one byte too little received', { rxBytes: 2_999 }],
    ['a flow still open', { closed: false }],
    ['another pid', { owner: { ...curl, pid: 1 } }],
    ['another uid', { owner: { ...curl, uid: 1 } }],
    ['another name', { owner: { ...curl, process: 'wget' } }],
    ['the kernel as owner', { owner: kernelOwner }],
    ['an actor that is not there', { actor: worker }],
  ])('finds %s', (_, wrong) => {
    expect(differences([{ ...right, ...wrong }])).toHaveLength(1)
  })

  test('finds what only some cases tell: packets, retransmits, direction, partial, actor', () => {
    const told: ExpectedFlow = {
      ...expected,
      txPackets: 1,
      rxPackets: 1,
      retransmits: 1,
      direction: 'unknown',
      partial: true,
      actor: { ...owner, pid: worker.pid },
    }
    expect(differences([right], [told])).toHaveLength(6)
    const asTold: Partial<FlowSample> = { direction: 'unknown', partial: true, actor: worker }
    expect(
      differences([{ ...right, ...asTold, txPackets: 1, rxPackets: 1, retransmits: 1 }], [told]),
    ).toEqual([])
  })

  test('does not ask a source for actors that it says it cannot see', () => {
    const served: ExpectedFlow = { ...expected, actor: { ...owner, pid: worker.pid } }
    expect(differences([right], [served], ['tcp'])).toEqual([])
  })

  test('finds a missing flow, a flow seen twice and a flow that nobody made', () => {
    expect(differences([])).toHaveLength(1)
    expect(differences([right, { ...right, cookieLow: 2 }])).toHaveLength(1)
    expect(differences([right, { ...right, cookieLow: 2, localPort: 1 }])).toHaveLength(1)
  })

  test('finds counters that fall and samples after the end', () => {
    expect(differences([{ ...right, rxBytes: 3_001, closed: false }, right])).toHaveLength(1)
    expect(differences([right, { ...right, closed: false }]).length).toBeGreaterThan(0)
  })

  test('leaves out other namespaces and what the kernel itself sends', () => {
    const discovery = { remoteAddress: address('ff02::16'), protocol: 58, owner: kernelOwner }
    expect(differences([right, { ...right, netns: 3 }, { netns: 1, ...discovery }])).toEqual([])
  })

  test('counts what was right at each end for the bench', () => {
    const collected = new CollectedFlows(pair)
    collected.take(sampleOf({ ...right, txBytes: 1, owner: { ...curl, uid: 1 } }))
    const { ends } = compareFlows([expected], collected, everything)
    expect(ends.client).toEqual({ expected: 1, seen: 1, pidRight: 1, uidRight: 0, bytesExact: 0 })
    expect(ends.server.expected).toBe(0)
  })
})
