import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDefaultRoutes } from '../../../src/capture/interfaces/default-routes.ts'
import { parseCounters } from '../../../src/capture/interfaces/interface-counters.ts'
import { kindsOfInterfaces } from '../../../src/capture/interfaces/interface-kind.ts'
import { scratchDirectory } from '../../log/scratch-log.ts'

/** Files of /sys/class/net/NAME; a folder where the name ends with /. */
type Sysfs = Readonly<Record<string, Readonly<Record<string, string>>>>

function kindsIn(sysfs: Sysfs, routes: readonly string[] = []) {
  const root = scratchDirectory()
  for (const [name, files] of Object.entries(sysfs)) {
    mkdirSync(join(root, name))
    for (const [file, text] of Object.entries(files))
      if (file.endsWith('/')) mkdirSync(join(root, name, file))
      else writeFileSync(join(root, name, file), `${text}\n`)
  }
  return Object.fromEntries(
    kindsOfInterfaces(Object.keys(sysfs), { root, routes: new Set(routes) }),
  )
}

const lo = { type: '772' }
const veth = { type: '1', uevent: 'INTERFACE=veth' }

describe('where an interface stands', () => {
  test('on a host with containers, a virtual machine and tunnels', () => {
    const kinds = kindsIn({
      lo,
      eth0: { type: '1', 'device/': '', 'master/': '' },
      br0: { type: '1', 'bridge/': '', 'lower_eth0/': '', uevent: 'DEVTYPE=bridge' },
      docker0: { type: '1', 'bridge/': '', uevent: 'DEVTYPE=bridge' },
      veth1: { ...veth, 'master/': '' },
      cali1: veth,
      tap0: { type: '1', tun_flags: '0x5002' },
      tun0: { type: '65534', tun_flags: '0x5001' },
      wg0: { type: '65534', uevent: 'DEVTYPE=wireguard' },
      vxlan1: { type: '1', uevent: 'DEVTYPE=vxlan', 'master/': '' },
      eth1: { type: '1', 'device/': '' },
      vlan5: { type: '1', 'lower_eth1/': '', uevent: 'DEVTYPE=vlan' },
    })
    expect(kinds).toEqual({
      lo: 'loopback',
      eth0: 'outer',
      br0: 'upper',
      docker0: 'upper',
      veth1: 'inside',
      cali1: 'inside',
      tap0: 'inside',
      tun0: 'tunnel',
      wg0: 'tunnel',
      vxlan1: 'tunnel',
      eth1: 'outer',
      vlan5: 'upper',
    })
  })

  test('in a container the end of its cable is the way out', () => {
    expect(kindsIn({ lo, eth0: veth, tun0: { type: '65534' } })).toEqual({
      lo: 'loopback',
      eth0: 'outer',
      tun0: 'tunnel',
    })
  })

  test('of several ends of cables the way out is the one by which it routes', () => {
    const kinds = kindsIn({ lo, eth0: veth, veth9: veth }, ['eth0'])
    expect(kinds).toEqual({ lo: 'loopback', eth0: 'outer', veth9: 'inside' })
  })

  test('default routes are those of IPv4 and IPv6, and not the one that refuses', () => {
    const ipv4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`
    const zeros = '0'.repeat(32)
    const ipv6 = [
      `fd000000000000000000000000000000 40 ${zeros} 00 ${zeros} 00000100 00000001 00000000 00000001     eth1`,
      `${zeros} 00 ${zeros} 00 fd000000000000000000000000000001 00000400 00000001 00000000 00000003     eth2`,
      `${zeros} 00 ${zeros} 00 ${zeros} ffffffff 00000001 00000000 00200200       lo`,
    ].join('\n')
    expect([...parseDefaultRoutes(ipv4, ipv6)]).toEqual(['eth0', 'eth2'])
  })
})

test('the counters of /proc/net/dev', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 6292258     240    0    0    0     0          0         0  6292258     240    0    0    0     0       0          0
eth0.5:1234567890123 11   0    3    0     0          0         0       22      33    0    4    0     0       0          0
`
  expect([...parseCounters(text)]).toEqual([
    ['lo', countersOf(6_292_258, 240, 0, 6_292_258, 240, 0)],
    ['eth0.5', countersOf(1_234_567_890_123, 11, 3, 22, 33, 4)],
  ])
})

const countersOf = (
  ...[rxBytes, rxPackets, rxDropped, txBytes, txPackets, txDropped]: number[]
) => ({
  rxBytes,
  rxPackets,
  rxDropped,
  txBytes,
  txPackets,
  txDropped,
})
