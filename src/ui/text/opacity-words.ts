import type { InterfaceKind, TrafficClass } from '../../model/wire-traffic.ts'
import type { ByteAccount, HostView, Opacity, OwnerView } from '../../query/opacity.ts'
import { formatQuantity } from './units.ts'

/** What packets of a class are. */
export const classWords: Readonly<Record<TrafficClass, string>> = {
  clear: 'in clear',
  encrypted: 'encrypted (TLS, QUIC, SSH)',
  opaque: 'opaque (ESP, tunnels)',
  'headers-only': 'headers only were captured',
  'not-ip': 'no IP',
  undecoded: 'not readable',
}

export const kindWords: Readonly<Record<InterfaceKind, string>> = {
  outer: 'way out',
  loopback: 'within the host',
  tunnel: 'tunnel',
  upper: 'over others',
  inside: 'to a guest',
}

/** Where bytes of an interface went. */
export const accountWords: Readonly<Record<keyof ByteAccount, string>> = {
  payload: 'payload of processes',
  again: 'sent again, or on its way',
  headers: 'headers',
  carriers: "tunnels' transport",
  guests: 'guests',
  unowned: 'nobody known',
  noFlow: 'no IP, or not read',
  difference: 'not seen',
}

/** How the wire shows a process's packets, and what else is known of it. */
export function seenAs({ classes, isCarrier, isGuest, pid, container }: OwnerView): string {
  const notes = [
    ...(isCarrier ? ['carries a tunnel'] : []),
    ...(isGuest ? [`guest, pid ${pid}`] : []),
    ...(container === '' ? [] : [container]),
  ]
  return `${classes.join(', ')}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`
}

/** All that the sockets of a host moved, in a sentence. */
export function socketSentence({ sockets }: HostView): string {
  const bytes = (value: number) => `${formatQuantity(value)}B`
  return [
    `The sockets: ${bytes(sockets.owned.payload)} of payload by ${sockets.processes} processes of ${sockets.users} users`,
    `, ${bytes(sockets.unowned.payload)} of nobody known`,
    `; besides ${bytes(sockets.carriers.payload)} of tunnels, which carry some of it once more`,
    `, and ${bytes(sockets.loopback.payload)} within this host.`,
  ].join('')
}

/** Packets and interfaces that are missing from it, a line each. */
export const unseenPackets = ({ interfaces, unseen }: Opacity): readonly string[] => [
  ...unseen,
  ...interfaces.flatMap(({ name, loss }) => [
    ...(loss.dropped === undefined ? [`${name}: whether packets were lost is not known`] : []),
    ...(loss.dropped ? [`${name}: ${loss.dropped} packets were lost`] : []),
    ...(loss.unmeasured > 0
      ? [`${name}: ${loss.unmeasured} packets do not tell their length`]
      : []),
  ]),
]
