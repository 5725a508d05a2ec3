import type { Payload, Sign } from './application.ts'
import { byteAt, has, u32At } from './payload-bytes.ts'

/** Its registered port; with a static key, or --tls-crypt, no byte of a packet says more than the port does. */
export const openvpnPort = 1194

/** First bytes: operation in the upper five bits, key 0 (openvpn's ssl_pkt.h). */
const reset = { client: 7 << 3, server: 8 << 3 } as const
const sessionBytes = 8
const clientResetBytes = 1 + sessionBytes + 1 + 4
const serverResetBytes = clientResetBytes + 4 + sessionBytes

/**
 * The resets that begin a tunnel without --tls-auth, of one fixed length with a packet number of 0; the server's also
 * acknowledges number 0.
 */
export function openvpn(payload: Payload): Sign | undefined {
  const { wireBytes } = payload
  if (wireBytes !== clientResetBytes && wireBytes !== serverResetBytes) return undefined
  if (!has(payload, wireBytes)) return undefined
  const isServer = wireBytes === serverResetBytes
  const matches =
    byteAt(payload, 0) === (isServer ? reset.server : reset.client) &&
    byteAt(payload, 1 + sessionBytes) === (isServer ? 1 : 0) &&
    u32At(payload, 2 + sessionBytes) === 0 &&
    u32At(payload, wireBytes - 4) === 0
  return matches ? { application: 'openvpn', strength: 'strong' } : undefined
}
