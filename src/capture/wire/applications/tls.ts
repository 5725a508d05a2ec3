import type { Payload, Sign } from './application.ts'
import { byteAt, has, u16At } from './payload-bytes.ts'

const contentType = { handshake: 22, applicationData: 23 } as const
const hello = { client: 1, server: 2 } as const
const majorVersion = 3
const minorVersionMax = 4
/** RFC 8446 5.2: 2^14 and room for the cipher's own bytes. */
const recordBytesMax = 16_384 + 256
const neededBytes = 6

/**
 * A TLS record at the beginning of a segment (RFC 8446 5.1): a hello is certain; one of data is a sign that the
 * handshake was before capture.
 */
export function tls(payload: Payload): Sign | undefined {
  if (!has(payload, neededBytes)) return undefined
  const recordBytes = u16At(payload, 3)
  const isRecord =
    byteAt(payload, 1) === majorVersion &&
    byteAt(payload, 2) <= minorVersionMax &&
    recordBytes > 0 &&
    recordBytes <= recordBytesMax
  if (!isRecord) return undefined
  const type = byteAt(payload, 0)
  const message = byteAt(payload, 5)
  if (type === contentType.handshake && (message === hello.client || message === hello.server))
    return { application: 'tls', strength: 'strong' }
  return type === contentType.applicationData ? { application: 'tls', strength: 'weak' } : undefined
}
