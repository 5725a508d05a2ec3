import { setTimeout } from 'node:timers/promises'
import { hostAddresses } from '../../capture/interfaces/host-addresses.ts'
import { openLiveCapture } from '../../capture/wire/live/live-capture.ts'
import { WireLedger } from '../../capture/wire/wire-ledger.ts'
import { wireLimits } from '../../model/wire-limits.ts'
import { seconds } from '../../model/quantity.ts'
import { parseDuration } from '../command-line/duration.ts'
import { becomeUser, invokingUser } from '../invoking-user.ts'
import type { PacketOrigin } from './wire-listing.ts'

/** Looks at the packets of an interface for a while, or until interrupted. @throws CaptureError, UsageError */
export async function watchWire(
  name: string,
  asked: string | undefined,
): Promise<{ ledger: WireLedger; origin: PacketOrigin }> {
  const look = asked === undefined ? seconds(10) : parseDuration(asked, '--for')
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const ledger = new WireLedger(hostAddresses())
  const capture = await openLiveCapture({
    interface: name,
    snapBytes: wireLimits.liveSnapBytes,
    ringBytes: wireLimits.liveRingBytes,
    sink: (packet) => ledger.add(packet),
  })
  const user = invokingUser(process.env)
  if (user) becomeUser(user)
  try {
    capture.begin(performance.now() + look)
    await setTimeout(look, undefined, { signal: interrupt.signal }).catch(() => {})
    await capture.end()
    const endedEarly = interrupt.signal.aborted
      ? 'interrupted: the look was shorter than asked for'
      : undefined
    return { ledger, origin: { kind: 'interface', name, loss: capture.loss(), endedEarly } }
  } finally {
    capture.close()
  }
}
