import type { Payload, Sign } from './application.ts'
import { byteAt, has, u32At } from './payload-bytes.ts'

/** Long header and fixed bit, RFC 9000 17.2. */
const longHeader = 0xc0
const versions = { one: 1, two: 0x6b3343cf } as const
const draftPrefix = 0xff0000
const connectionIdBytesMax = 20
const neededBytes = 6

/** A packet with a long header, which every connection begins with; the short ones later say nothing. */
export function quic(payload: Payload): Sign | undefined {
  if (!has(payload, neededBytes) || (byteAt(payload, 0) & longHeader) !== longHeader)
    return undefined
  const version = u32At(payload, 1)
  const isKnown =
    version === versions.one || version === versions.two || version >>> 8 === draftPrefix
  return isKnown && byteAt(payload, 5) <= connectionIdBytesMax
    ? { application: 'quic', strength: 'strong' }
    : undefined
}
