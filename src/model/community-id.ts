import { createHash } from 'node:crypto'
import { isIpv4 } from './address.ts'
import type { FlowRecord } from './flow.ts'

type Ends = Pick<
  FlowRecord,
  'protocol' | 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'
>

/**
 * Community ID v1 with seed 0 (github.com/corelight/community-id-spec): the same text for both directions, so that
 * it joins the two ends of a flow, and Zeek's and Suricata's records of it. ICMP, whose type and code stand in
 * for ports there and are not known at a socket, is hashed as a protocol without ports.
 */
export function communityId(flow: Ends): string {
  const local = endBytes(flow.localAddress, flow.localPort)
  const remote = endBytes(flow.remoteAddress, flow.remotePort)
  const [first, second] =
    Buffer.compare(local.key, remote.key) <= 0 ? [local, remote] : [remote, local]
  const ports = hasPorts.has(flow.protocol) ? [first.port, second.port] : []
  const hash = createHash('sha1')
    .update(Buffer.of(0, 0))
    .update(first.address)
    .update(second.address)
    .update(Buffer.of(flow.protocol, 0))
  for (const port of ports) hash.update(port)
  return `1:${hash.digest('base64')}`
}

const hasPorts = new Set([6, 17, 132])

function endBytes(bytes: Uint8Array, portNumber: number) {
  const address = isIpv4(bytes) ? bytes.subarray(12) : bytes
  const port = Buffer.of(portNumber >> 8, portNumber & 0xff)
  return { address, port, key: Buffer.concat([address, port]) }
}
