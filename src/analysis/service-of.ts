import type { FlowRecord } from '../model/flow.ts'
import { protocolName } from '../model/protocol-name.ts'

/**
 * What a flow is of, the same from both ends: the protocol, and the port of the end that was called, else the lower
 * one. Process names would differ between the ends, and a packet has none.
 */
export function serviceOf(flow: Pick<FlowRecord, 'protocol' | 'direction' | Port>): string {
  const name = protocolName(flow.protocol)
  const port = servicePort(flow)
  return port === 0 ? name : `${name}/${port}`
}

type Port = 'localPort' | 'remotePort'

function servicePort({ direction, localPort, remotePort }: Pick<FlowRecord, 'direction' | Port>) {
  if (direction === 'outbound') return remotePort
  if (direction === 'inbound') return localPort
  return Math.min(localPort, remotePort)
}
