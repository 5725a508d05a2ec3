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

/**
 * How much of a flow the wire shows. `encrypted`: addresses and ports of the program's own conversation, not what it
 * says. `opaque`: a tunnel; not even who talks to whom. `headers-only`: no byte of payload was captured by which to
 * tell. `clear`: no encryption that is known here; a secret format of somebody's own would look the same.
 */
export const opacities = ['clear', 'encrypted', 'opaque', 'headers-only'] as const
export type Opacity = (typeof opacities)[number]

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
