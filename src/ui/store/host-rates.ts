import { flowFlag } from '../../model/flow.ts'
import type { Coverage } from '../../query/session.ts'
import type { Sight } from '../../model/capture-status.ts'
import type { FlowRow } from './rows.ts'

/** What the whole host, or all of many, sends and receives, in bytes a second. */
export interface HostRates {
  readonly tx: number
  readonly rx: number
  /** From one process of this host to another: in neither of the others, and counted once. */
  readonly loopback: number
}

/**
 * Undefined where rates are not known yet; of many hosts some may be silent, and the sum is of the others. Tunnel carriers
 * are left out, because their bytes are those of the flows inside.
 */
export function hostRates(rows: readonly FlowRow[]): HostRates | undefined {
  const rates = { tx: 0, rx: 0, loopback: 0 }
  let isKnown = rows.length === 0
  for (const { flow, host, txRate, rxRate } of rows) {
    if (txRate === undefined || rxRate === undefined) {
      if (host === undefined) return undefined
      continue
    }
    isKnown = true
    if (flow.flags & flowFlag.carrier) continue
    // One end's sending is the other end's receiving: the senders' side counts each byte once.
    if (flow.flags & flowFlag.loopback) rates.loopback += txRate
    else {
      rates.tx += txRate
      rates.rx += rxRate
    }
  }
  return isKnown ? rates : undefined
}

/** The same with what the flows have besides that are too many to be listed, as means over the time. */
export function withUnlisted(
  rates: HostRates | undefined,
  { past, from, to }: Coverage,
): HostRates | undefined {
  const unlisted = past?.unlisted
  if (!rates || !unlisted) return rates
  const perSecond = 1000 / (to - from)
  return {
    tx: rates.tx + unlisted.txBytes * perSecond,
    rx: rates.rx + unlisted.rxBytes * perSecond,
    loopback: rates.loopback + unlisted.loopbackBytes * perSecond,
  }
}

/** Without one of these, or after a loss, bytes are missing from every sum. */
const sightsOfBytes: readonly Sight[] = ['tcp', 'udp', 'raw', 'short', 'netns']

/** What was missed before is in no rate of now. */
const recentMs = 10_000

/** Whether the host's rates can be less than the truth: in totals a loss stays, and a notice says so. */
export function ratesCanBeShort({ capture, stale, gaps, past, to }: Coverage): boolean {
  if (past) return past.missing.length > 0
  const isRecent = (time: number) => time > to - recentMs
  return (
    stale !== undefined ||
    gaps.some((gap) => isRecent(gap.to)) ||
    capture.lost.some(({ count, last }) => count > 0 && isRecent(last)) ||
    sightsOfBytes.some((sight) => !capture.sees.includes(sight))
  )
}
