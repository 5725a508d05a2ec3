import { formatAddress, isIpv4, type Address } from '../model/address.ts'
import { flowFlag, type FlowRecord } from '../model/flow.ts'
import { keepBits, mappedPrefixBits } from '../model/network.ts'
import { vocabulary } from '../model/vocabulary.ts'
import { asOf, countryOf } from '../model/whereabouts/known-whereabouts.ts'
import { protocolsWithPorts } from './filter/flow-predicate.ts'
import type { GroupValue } from './group-name.ts'
import type { GroupableField, GroupKey } from './question.ts'

const hourMs = 3_600_000

/** The value by which a flow, or a record of it, falls into a group; what `run/group-keys.ts` says of columns. */
export function groupValue(flow: FlowRecord, key: GroupKey, host: string): GroupValue {
  switch (key.kind) {
    case 'field':
      return fieldValue(key.field, flow, host)
    case 'network':
      return networkName(key.end === 'local' ? flow.localAddress : flow.remoteAddress, key)
    case 'service':
      return servicePort(flow)
    case 'loopback':
      return loopbackValue(flow.flags)
    case 'hour':
      return Math.floor(flow.end / hourMs) % 24
  }
}

/** The value of a field that flows can be grouped by. */
export function fieldValue(field: GroupableField, flow: FlowRecord, host: string): GroupValue {
  switch (field) {
    case 'remote_country':
      return countryOf(flow.remoteAddress)
    case 'remote_as':
      return asOf(flow.remoteAddress)
    default:
      return vocabulary[field](flow, host)
  }
}

/** `10.1.0.0/16`, of an address that is in it. */
export function networkName(
  address: Address,
  { v4Bits, v6Bits }: { readonly v4Bits: number; readonly v6Bits: number },
): string {
  return isIpv4(address)
    ? `${formatAddress(keepBits(address, mappedPrefixBits + v4Bits))}/${v4Bits}`
    : `${formatAddress(keepBits(address, v6Bits))}/${v6Bits}`
}

/** Whether flags are those of a flow with both ends on this host. */
export const loopbackValue = (flags: number): string => (flags & flowFlag.loopback ? 'yes' : 'no')

/** The listening end's port where it is known, else the lower; null where the protocol has no ports. */
function servicePort(flow: FlowRecord): number | null {
  if (!protocolsWithPorts.has(flow.protocol)) return null
  if (flow.direction === 'outbound') return flow.remotePort
  if (flow.direction === 'inbound') return flow.localPort
  return Math.min(flow.localPort, flow.remotePort)
}
