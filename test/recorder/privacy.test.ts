import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowFlag, type FlowRecord } from '../../src/model/flow.ts'
import { kernelOwner } from '../../src/model/owner.ts'
import { formatAddress } from '../../src/model/address.ts'
import { hostTime } from '../../src/model/quantity.ts'
import { Totals } from '../../src/query/totals.ts'
import { decodeConfig } from '../../src/recorder/config.ts'
import { sumLeftOut } from '../../src/recorder/left-out.ts'
import { privacyOf, type Privacy } from '../../src/recorder/privacy.ts'
import { recordOf } from '../sim/record.ts'
import { address, curl } from '../sim/sample.ts'

const key = new Uint8Array(32).fill(7)
function privacyWith(hashKey: Uint8Array, ...rules: object[]) {
  const decoded = decodeConfig(JSON.stringify({ privacy: rules }))
  if (!decoded.ok) throw new Error(decoded.why)
  return privacyOf(decoded.config.privacy, hashKey, 1)
}
const privacy = (...rules: object[]) => privacyWith(key, ...rules)
/** Records as they are written under the rules. */
const written = (rules: Privacy, flows: readonly FlowRecord[]) =>
  sumLeftOut(flows.map((flow) => rules.row(flow)))
const bob = { ...curl, user: 'bob', uid: 1001, process: 'ssh', exe: '/home/bob/ssh' }
const alices = recordOf({ id: 1, owner: curl })
const bobs = recordOf({ id: 2, owner: bob, remotePort: 22 })

describe('privacy rules', () => {
  test('without rules nothing changes', () => {
    expect(written(privacy(), [alices, bobs])).toEqual([alices, bobs])
  })

  test('a dropped flow is a counter without a name, an address, a port or an id', () => {
    const [kept, counter] = written(privacy({ rule: 'drop', user: 'alice' }), [alices, bobs])
    expect(kept).toEqual(bobs)
    expect(counter).toMatchObject({ id: 0, protocol: 0, localPort: 0, remotePort: 0, netns: 0 })
    expect(JSON.stringify(counter)).not.toMatch(/alice|curl|4711/)
    expect([...counter!.localAddress, ...counter!.remoteAddress]).toEqual(Array(32).fill(0))
  })

  describe('of a flow of which only the account is known', () => {
    const account = { uid: 1000, user: 'alice' }
    const owner = { kind: 'unknown', why: 'not root', account } as const
    const flow = recordOf({ owner, actor: owner })

    test('drop it by the user', () => {
      const dropped = privacy({ rule: 'drop', user: 'alice' }).row(flow)
      expect(JSON.stringify(dropped.owner)).not.toMatch(/alice|1000/)
      expect(dropped.actor).toBeUndefined()
      expect(privacy({ rule: 'drop', user: 'bob' }).row(flow)).toEqual(flow)
    })

    test('hash the user, as that of a process of theirs', () => {
      const rules = privacy({ rule: 'hash', user: 'alice' })
      const hashed = rules.row(flow)
      const ofProcess = rules.row(alices).owner
      if (ofProcess.kind !== 'process') throw new Error(ofProcess.kind)
      const { uid, user } = ofProcess
      expect(user).toMatch(/^hash:/)
      expect(hashed.owner).toEqual({ ...owner, account: { uid, user } })
      expect(hashed.actor).toEqual(hashed.owner)
    })

    test('change nothing else of it', () => {
      expect(privacy({ rule: 'no-cmdline' }).row(flow)).toEqual(flow)
    })
  })

  test('all that is dropped at once is one record, its times those of all', () => {
    const late = recordOf({ id: 3, start: hostTime(5), end: hostTime(9e12) })
    expect(written(privacy({ rule: 'drop' }), [alices, bobs, late])).toMatchObject([
      { start: 5, end: 9e12, txBytes: 3000, rxBytes: 9000, txPackets: 18 },
    ])
  })

  test('a live row of a dropped flow keeps its id, so that its end can be told', () => {
    const row = privacy({ rule: 'drop' }).row({ ...alices, endReason: 'open' })
    expect(row).toMatchObject({ id: 1, endReason: 'open', owner: { kind: 'unknown' } })
  })

  test('totals close whatever is dropped, carriers and loopback included', () => {
    const flags = fc.constantFrom(0, flowFlag.carrier, flowFlag.loopback, flowFlag.partial)
    const flow = fc
      .record({
        user: fc.constantFrom('alice', 'bob', 'carol'),
        flags,
        txBytes: fc.nat(),
        rxBytes: fc.nat(),
        txPackets: fc.nat(),
        rxPackets: fc.nat(),
      })
      .map(({ user, ...rest }) => recordOf({ ...rest, owner: { ...curl, user } }))
    const sums = (flows: readonly FlowRecord[]) => {
      const totals = new Totals([])
      for (const one of flows) totals.add(one)
      return totals.groups().map(({ txBytes, rxBytes, txPackets, rxPackets }) => {
        return { txBytes, rxBytes, txPackets, rxPackets }
      })
    }
    const dropTwo = privacy({ rule: 'drop', user: 'alice' }, { rule: 'drop', user: 'bob' })
    fc.assert(
      fc.property(fc.array(flow), (flows) => {
        expect(sums(written(dropTwo, flows))).toEqual(sums(flows))
      }),
    )
  })

  test('the first rule that matches is the only one', () => {
    const rules = privacy({ rule: 'no-cmdline', user: 'alice' }, { rule: 'drop' })
    expect(written(rules, [alices, bobs])).toMatchObject([
      { id: 1, owner: { process: 'curl', exe: '' } },
      { id: 0 },
    ])
  })

  test.each([
    [{ user: 'alice' }, true],
    [{ user: 'bob' }, false],
    [{ process: 'curl' }, true],
    [{ process: 'curl', user: 'bob' }, false],
    [{ port: 443 }, true],
    [{ port: 40_000 }, true],
    [{ port: 22 }, false],
    [{ net: '10.0.0.0/8' }, true],
    [{ net: '10.0.0.1' }, true],
    [{ net: '2001:db8::/32', port: 443 }, true],
    [{ net: '0.0.0.0/0' }, true],
    [{ net: '192.168.0.0/16' }, false],
  ])('%j matches a curl of alice from 10.0.0.1 to 2001:db8::2 port 443: %s', (rule, matches) => {
    expect(privacy({ rule: 'drop', ...rule }).row(alices).remotePort === 0).toBe(matches)
  })

  test('a rule about a user also holds where that user only uses the socket', () => {
    const shared = recordOf({ owner: kernelOwner, actor: curl })
    expect(privacy({ rule: 'drop', user: 'alice' }).row(shared).actor).toBeUndefined()
  })

  test('mask cuts the remote end, or the ends inside its network', () => {
    const flow = recordOf({ localAddress: address('10.1.2.3'), remoteAddress: address('10.9.8.7') })
    const ends = (rule: object) => {
      const row = privacy({ rule: 'mask', ...rule }).row(flow)
      return [formatAddress(row.localAddress), formatAddress(row.remoteAddress)]
    }
    expect(ends({})).toEqual(['10.1.2.3', '10.9.8.0'])
    expect(ends({ net: '10.0.0.0/8', keepIpv4: 9 })).toEqual(['10.0.0.0', '10.0.0.0'])
    expect(ends({ net: '10.9.0.0/16' })).toEqual(['10.1.2.3', '10.9.8.0'])
    const v6 = privacy({ rule: 'mask', keepIpv6: 32 }).row(recordOf())
    expect(formatAddress(v6.remoteAddress)).toBe('2001:db8::')
  })

  test('a hashed user has one hash under one key, and nothing that names it', () => {
    const hash = privacy({ rule: 'hash' })
    const row = hash.row(alices)
    expect(row.owner).toMatchObject({ user: expect.stringMatching(/^hash:[0-9a-f]{16}$/), exe: '' })
    expect(row.owner).toMatchObject({ cgroup: '', process: 'curl' })
    expect(JSON.stringify(row)).not.toMatch(/alice|"uid":1000\b/)
    expect(hash.row(recordOf({ id: 9 })).owner).toEqual(row.owner)
    expect(hash.row(bobs).owner).not.toEqual(row.owner)
    expect(privacyWith(new Uint8Array(32), { rule: 'hash' }).row(alices).owner).not.toEqual(
      row.owner,
    )
  })
})
