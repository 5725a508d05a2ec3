import type { Payload, Sign } from './application.ts'
import { byteAt, has, u16At } from './payload-bytes.ts'

const message = { initiation: 1, response: 2, cookie: 3, data: 4 } as const
/** Their whole lengths (wireguard.com/protocol). */
const handshakeBytes: Readonly<Record<number, number>> = {
  [message.initiation]: 148,
  [message.response]: 92,
  [message.cookie]: 64,
}
const shortestData = 32
const dataUnit = 16

/** Messages of WireGuard: a type, three bytes of 0, and a length that the type fixes. */
export function wireguard(payload: Payload): Sign | undefined {
  if (!has(payload, 4) || byteAt(payload, 1) !== 0 || u16At(payload, 2) !== 0) return undefined
  const type = byteAt(payload, 0)
  const { wireBytes } = payload
  if (handshakeBytes[type] === wireBytes) return { application: 'wireguard', strength: 'strong' }
  const isData = type === message.data && wireBytes >= shortestData && wireBytes % dataUnit === 0
  return isData ? { application: 'wireguard', strength: 'weak' } : undefined
}
