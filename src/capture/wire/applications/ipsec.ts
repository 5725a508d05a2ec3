import type { Payload, Sign } from './application.ts'
import { byteAt, has, u32At } from './payload-bytes.ts'

export const ikePort = 500
export const ipsecNatPort = 4500

const header = { version: 17, length: 24, bytes: 28 } as const
const versions = [0x10, 0x20]
const markerBytes = 4
/** The sequence number follows the identifier. */
const shortestEsp = 8

/** IKE by its header (RFC 7296 3.1), whose length is that of the message. */
export function ike(payload: Payload, from = 0): Sign | undefined {
  if (!has(payload, from + header.bytes)) return undefined
  const isIke =
    versions.includes(byteAt(payload, from + header.version)) &&
    u32At(payload, from + header.length) === payload.wireBytes - from
  return isIke ? { application: 'ike', strength: 'strong' } : undefined
}

/** On port 4500 (RFC 3948): IKE behind four bytes of 0, else ESP, whose identifier is never 0. */
export function ipsecBehindNat(payload: Payload): Sign | undefined {
  if (!has(payload, shortestEsp)) return undefined
  if (u32At(payload, 0) === 0) return ike(payload, markerBytes)
  return { application: 'esp', strength: 'strong' }
}
