import type { CaptureStatus, Sight } from '../model/capture-status.ts'
import type { FlowRecord } from '../model/flow.ts'

/**
 * Whether a flow is one of the one in `oneIn` that are kept. By what stays the same over its life, so that all
 * records and rows of a flow are kept or none; the ports, because ids begin anew with each recorder, and the first
 * flows of a host would else be the kept ones always. A flow kept at one in 100 is also kept at one in 10.
 */
export const isKept = (flow: FlowRecord, oneIn: number): boolean =>
  hashOf(flow) < 0x1_0000_0000 / oneIn

/** 32 bits, each of which depends on all of the input (the finalizer of MurmurHash3). */
function hashOf({ id, protocol, localPort, remotePort }: FlowRecord): number {
  const ports = (localPort << 16) | remotePort
  return mixed(mixed(mixed(ports ^ protocol) ^ (id / 0x1_0000_0000)) ^ id) >>> 0
}

function mixed(bits: number): number {
  let hash = bits
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return hash ^ (hash >>> 16)
}

/** What is seen of kept flows only. Bytes are not among it: totals close. */
const sightsOfKept: readonly Sight[] = ['pid', 'actor', 'peers']

/** A source's status as it is for readers of a recorder that samples. */
export const sampledCapture = (capture: CaptureStatus, oneIn: number): CaptureStatus =>
  oneIn === 1
    ? capture
    : {
        ...capture,
        sees: capture.sees.filter((sight) => !sightsOfKept.includes(sight)),
        blind: [
          `Sampling is on: one flow in ${oneIn} is shown and recorded. Of the others the bytes are in totals, as of nobody; \`sampling\` in the recorder's config changes it.`,
          ...capture.blind,
        ],
      }
