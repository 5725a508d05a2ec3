import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSs } from '../../../src/fleet/ss/parse-ss.ts'
import { formatAddress } from '../../../src/model/address.ts'
import { hostTime } from '../../../src/model/quantity.ts'

const at = hostTime(1_000)
const accounts =
  '\naccounts\nroot:x:0:0:root:/root:/bin/bash\nalice:x:1001:1001::/home/alice:/bin/sh\n'
const told =
  'users:(("curl",pid=4242,fd=5)) timer:(keepalive,30sec,0) uid:1001 ino:8 sk:2a cgroup:/user.slice <-> ts sack cubic rtt:12.5/3 mss:1448 bytes_sent:510 bytes_retrans:9 bytes_acked:502 bytes_received:70000 segs_out:7 segs_in:52 data_segs_out:2 retrans:0/1 minrtt:10'

describe('what ss lists', () => {
  test('is flows with owners, counters and names of accounts', () => {
    const line = `tcp   ESTAB 0      0      10.0.0.5:40000   192.0.2.7:443 ${told}`
    const [flow, ...others] = parseSs(line + accounts, at)
    expect(others).toEqual([])
    expect(flow).toMatchObject({
      protocol: 6,
      localPort: 40_000,
      remotePort: 443,
      txBytes: 501,
      rxBytes: 70_000,
      txPackets: 7,
      rxPackets: 52,
      rttUs: 12_500,
      retransmits: 1,
      state: 'established',
      owner: {
        kind: 'process',
        pid: 4242,
        process: 'curl',
        uid: 1001,
        user: 'alice',
        cgroup: '/user.slice',
      },
    })
    expect(formatAddress(flow!.localAddress)).toBe('10.0.0.5')
    expect(formatAddress(flow!.remoteAddress)).toBe('192.0.2.7')
  })

  test('may have zones, brackets, mapped addresses and no process', () => {
    const lines = [
      'tcp ESTAB 0 0 [fe80::1]%eth0:22 [2001:db8::9]:50000 ino:1 sk:1 <->',
      'tcp ESTAB 0 0 [::ffff:10.0.0.1]:80 [::ffff:10.0.0.2]:5000 uid:77 ino:1 sk:1 <->',
      'udp ESTAB 0 0 10.0.0.5%eth0:68 10.0.0.1:67 users:(("dhclient",pid=1,fd=6)) ino:2 sk:2 <->',
    ]
    const flows = parseSs(lines.join('\n') + accounts, at)
    expect(flows.map(({ localAddress }) => formatAddress(localAddress))).toEqual([
      'fe80::1',
      '10.0.0.1',
      '10.0.0.5',
    ])
    expect(flows.map(({ owner }) => owner.kind)).toEqual(['unknown', 'unknown', 'process'])
    expect(flows[1]!.owner).toMatchObject({ account: { uid: 77, user: '77' } })
    expect(flows[2]!.state).toBe('none')
  })

  test('has no flows of those that listen, and no name that moves the cursor', () => {
    const lines = [
      'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* ino:1 sk:1 <->',
      'udp UNCONN 0 0 0.0.0.0:68 0.0.0.0:* ino:1 sk:1 <->',
      `tcp ESTAB 0 0 10.0.0.5:1 10.0.0.6:2 users:(("\x1b[2Jx",pid=3,fd=5)) ino:1 sk:1 <->`,
      '',
      'nonsense',
    ]
    const flows = parseSs(lines.join('\n'), at)
    expect(flows.map(({ owner }) => owner)).toMatchObject([{ process: '\ufffd[2Jx' }])
  })

  test('whatever it is, is read without a fault', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        const line = `tcp ESTAB 0 0 10.0.0.5:1 10.0.0.6:2 ${words.join(' ')}`
        for (const flow of parseSs(line, at)) expect(flow.txBytes).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
