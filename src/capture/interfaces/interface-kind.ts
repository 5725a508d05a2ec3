import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InterfaceKind } from '../../model/wire-traffic.ts'
import { defaultRoutes } from './default-routes.ts'

/** ARPHRD_ numbers (linux/if_arp.h): ipip, ip6tnl, sit, gre, ip6gre; 65534 is tun, WireGuard and their like. */
const tunnelTypes = [768, 769, 776, 778, 823, 65_534]
const loopbackType = 772
const tunnelDevices = ['vxlan', 'geneve', 'gretap', 'ip6gretap', 'wireguard']
const sysfs = '/sys/class/net'

/** Kinds of the interfaces of our network namespace, by name; `root` is where sysfs shows them. */
export function kindsOfInterfaces(
  names: readonly string[],
  { root = sysfs, routes = defaultRoutes() }: { root?: string; routes?: ReadonlySet<string> } = {},
): ReadonlyMap<string, InterfaceKind> {
  const seen = names.map((name) => sightOf(name, root))
  const hasDevice = seen.some(({ isDevice }) => isDevice)
  // A container has nothing but ends of cables. Its way out is then one of them: the one it routes by, or any.
  const isWayOut = (name: string) => !hasDevice && (routes.size === 0 || routes.has(name))
  return new Map(seen.map((sight) => [sight.name, kindOf(sight, isWayOut(sight.name))]))
}

interface Sight {
  readonly name: string
  readonly type: number
  readonly device: string
  /** A piece of hardware, or what a hypervisor shows as one. */
  readonly isDevice: boolean
  readonly isPort: boolean
  readonly isTap: boolean
  readonly isUpper: boolean
}

function sightOf(name: string, root: string): Sight {
  const folder = join(root, name)
  const entries = existsSync(folder) ? readdirSync(folder) : []
  const has = (entry: string) => entries.includes(entry)
  const text = (entry: string) => (has(entry) ? readFileSync(join(folder, entry), 'utf8') : '')
  return {
    name,
    type: Number(text('type')),
    device: /^DEVTYPE=(.*)$/m.exec(text('uevent'))?.[1] ?? '',
    isDevice: has('device'),
    isPort: has('master'),
    isTap: has('tun_flags'),
    isUpper: has('bridge') || entries.some((entry) => entry.startsWith('lower_')),
  }
}

function kindOf(sight: Sight, isWayOut: boolean): InterfaceKind {
  if (sight.type === loopbackType || sight.name === 'lo') return 'loopback'
  if (sight.isDevice) return 'outer'
  if (tunnelTypes.includes(sight.type) || tunnelDevices.includes(sight.device)) return 'tunnel'
  if (sight.isUpper) return 'upper'
  return sight.isPort || sight.isTap || !isWayOut ? 'inside' : 'outer'
}
