import { isLoopback, sameAddress } from '../model/address.ts'
import { flowFlag } from '../model/flow.ts'
import type { FlowSample } from '../model/sample.ts'

/** Bits of `flowFlag` for a flow that begins with this sample. */
export function flagsOf(sample: FlowSample): number {
  const loopback =
    isLoopback(sample.remoteAddress) || sameAddress(sample.localAddress, sample.remoteAddress)
  return (
    (sample.partial ? flowFlag.partial : 0) |
    (sample.carrier ? flowFlag.carrier : 0) |
    (loopback ? flowFlag.loopback : 0)
  )
}
