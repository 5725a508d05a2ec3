/** IANA names of the protocols that flows are commonly made of; the rest by number. */
const names: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'icmp6',
  89: 'ospf',
  132: 'sctp',
  136: 'udplite',
}

/** "tcp", "udp", …, else the number in decimal, as `protocol 253` would be written in a filter. */
export const protocolName = (protocol: number): string => names[protocol] ?? String(protocol)
