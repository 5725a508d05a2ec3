import type { Payload, Sign } from './application.ts'
import { byteAt, has } from './payload-bytes.ts'

const banner = Buffer.from('SSH-')

/** The banner that both ends begin with, RFC 4253 4.2. */
export function ssh(payload: Payload): Sign | undefined {
  if (!has(payload, banner.length)) return undefined
  return banner.every((byte, i) => byteAt(payload, i) === byte)
    ? { application: 'ssh', strength: 'strong' }
    : undefined
}
