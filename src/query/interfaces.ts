import type { HostInterface, Interfaces } from '../model/host-interface.ts'
import { joined, type Filter } from './filter/filter.ts'
import { parseNetwork } from './filter/network.ts'
import { groupFilter } from './group-filter.ts'
import type { GroupValue } from './group-name.ts'
import { fieldKey, type GroupKey } from './question.ts'
import type { Query } from './session.ts'
import { groupId, sameGroupKey, Totals, type GroupTotals } from './totals.ts'

/**
 * By these a session is asked for what goes by each interface: records hold addresses, and which interface has an
 * address now, a host says in its coverage.
 */
export const interfaceKeys = [
  fieldKey('host'),
  fieldKey('netns'),
  { kind: 'loopback' },
  fieldKey('local_ip'),
] as const satisfies readonly GroupKey[]

export const asksForInterfaces = (query: Query): boolean =>
  query.kind === 'totals' &&
  query.by.length === interfaceKeys.length &&
  query.by.every((key, i) => sameGroupKey(key, interfaceKeys[i]!))

/** Names of the values of a group by interface. */
export const interfaceKeyNames = ['host', 'netns', 'own_netns', 'interface', 'addresses'] as const

/** What each of them is of: `own_netns` and `interface` are nobody's name. */
export const interfaceGroupKeys: readonly GroupKey[] = [
  fieldKey('host'),
  fieldKey('netns'),
  { kind: 'loopback' },
  { kind: 'loopback' },
  fieldKey('local_ip'),
]

/** Those values. */
export interface InterfaceGroup {
  /** Null where there is one only. */
  readonly host: string | null
  readonly netns: number | null
  /** In the namespace that an operator of the host works in; null where that is not known. */
  readonly isOwn: boolean | null
  /** Null where it is not known. */
  readonly name: string | null
  /** All that it has, or the one whose interface is not known; null of flows whose address was not kept. */
  readonly addresses: readonly string[] | null
}

const separator = ', '

export function interfaceGroup(key: readonly GroupValue[]): InterfaceGroup {
  const [host = null, netns = null, own = null, name = null, addresses = null] = key
  return {
    host: host === null ? null : String(host),
    netns: netns === null ? null : Number(netns),
    isOwn: own === null ? null : own === 'yes',
    name: name === null ? null : String(name),
    addresses: addresses === null ? null : String(addresses).split(separator).filter(Boolean),
  }
}

/** Groups by `interfaceKeys` as groups by interface. What stays on its host goes by `lo`. */
export function byInterface(
  groups: readonly GroupTotals[],
  interfaces: Interfaces | undefined,
  isOfMany: boolean,
): readonly GroupTotals[] {
  const known = knownPlaces(interfaces)
  const sums = new Totals([])
  for (const group of groups) {
    const [host = null, netns = null, loopback = null, address = null] = group.key
    const whose = isOfMany ? host : null
    const inside = loopback === 'yes' ? loopbackName : address
    const found = known.get(groupId([whose, netns, inside]))
    const otherwise = loopback === 'yes' ? [null, loopbackName, ''] : [null, null, address]
    sums.addGroup([whose, ...(found ?? [netns, ...otherwise])], group)
  }
  return sums.groups()
}

const loopbackName = 'lo'

/** Values of a group but for its host, by host, namespace and address; those of `lo` also by its name. */
function knownPlaces(interfaces: Interfaces | undefined): ReadonlyMap<string, GroupValue[]> {
  const places = new Map<string, GroupValue[]>()
  for (const one of interfaces?.known ?? []) {
    const { host = null, name, addresses } = one
    const values = [one.isOwn ? 'yes' : 'no', name, addresses.join(separator)]
    const ways = name === loopbackName ? [...addresses, loopbackName] : addresses
    for (const netns of namespacesOf(one))
      for (const way of ways) places.set(groupId([host, netns, way]), [netns, ...values])
  }
  return places
}

/** A source that tells no namespace sees its own only. */
const namespacesOf = ({ netns, isOwn }: HostInterface): readonly (number | null)[] =>
  isOwn ? [netns, null] : [netns]

/** The flows that a group by interface has; undefined where no filter tells them from others. */
export function interfaceFilter(key: readonly GroupValue[]): Filter | undefined {
  const { netns, name, addresses } = interfaceGroup(key)
  if (addresses === null) return undefined
  const local: Filter = {
    kind: 'address',
    end: 'local',
    networks: addresses.flatMap((address) => parseNetwork(address) ?? []),
  }
  const inside: Filter = { kind: 'flag', word: 'loopback' }
  const way =
    name !== loopbackName
      ? joined('and', { kind: 'not', part: inside }, local)
      : addresses.length === 0
        ? inside
        : joined('or', inside, local)
  const where = netns === null ? undefined : groupFilter(fieldKey('netns'), netns)
  return where ? joined('and', where, way) : way
}
