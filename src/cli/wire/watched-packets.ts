import { noPackets } from '../../query/no-packets.ts'
import type { OpacityWatch } from '../../query/opacity.ts'
import type { Session } from '../../query/session.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { PacketKeeper } from './packet-keeper.ts'

export interface WatchedPackets {
  readonly packets: OpacityWatch
  close(): void
}

/** The packets of what a monitor shows, to be called with the rights that it was started with. */
export function watchedPackets(session: Session, options: Arguments['options']): WatchedPackets {
  if (options.has('hosts')) return none('these are many hosts, and packets are read on each alone')
  if (options.has('demo')) return none('this host is invented, and has no packets')
  if (options.has('replay')) return none('these are recorded samples, which hold no packets')
  const packets = new PacketKeeper(session)
  return { packets, close: () => packets.close() }
}

/** Of a case file. */
export const packetsOfCase = noPackets(
  'a case holds what sockets moved, and no packets',
  'on the host itself, `sudo e2etop` and o show what the network sees of it now',
)

const none = (message: string): WatchedPackets => ({
  packets: noPackets(
    message,
    'on a host, `sudo e2etop` and o show what the network sees of it; `e2etop wire FILE` reads a capture',
  ),
  close() {},
})
