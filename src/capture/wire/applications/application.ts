import type { Opacity } from '../../../model/wire-traffic.ts'

/**
 * What a flow's payload is, where something on the wire says so; `unknown`: nothing was recognised. The order is that
 * of the numbers in the flow table.
 */
export const applications = [
  'unknown',
  'tls',
  'quic',
  'ssh',
  'esp',
  'ike',
  'wireguard',
  'openvpn',
] as const
export type Application = (typeof applications)[number]

export const opacityOf: Readonly<Record<Exclude<Application, 'unknown'>, Opacity>> = {
  tls: 'encrypted',
  quic: 'encrypted',
  ssh: 'encrypted',
  esp: 'opaque',
  ike: 'opaque',
  wireguard: 'opaque',
  openvpn: 'opaque',
}

/**
 * What one packet's payload says. `weak`: alone it could be chance or data that happens to look like it, so that a
 * flow needs two such packets.
 */
export interface Sign {
  readonly application: Application
  readonly strength: 'weak' | 'strong'
}

/** The captured part of a payload, and its length on the wire. */
export interface Payload {
  readonly bytes: Uint8Array
  readonly at: number
  readonly end: number
  readonly wireBytes: number
}
