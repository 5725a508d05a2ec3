import { wireLimits } from '../../../model/wire-limits.ts'
import { CaptureError } from '../../capture-error.ts'
import type { PacketSink } from '../captured-packet.ts'
import { interfaceDown, openLiveCapture, type LiveCapture } from './live-capture.ts'

export interface OpenInterfaces {
  readonly captures: readonly LiveCapture[]
  /** Interfaces that could not be opened though they are up, each with its reason. */
  readonly unseen: readonly string[]
}

/**
 * Opens those of the interfaces that are up. Throws the `CaptureError` of the first one where none opens.
 */
export async function openInterfaces(
  names: readonly string[],
  snapBytes: number,
  sinkOf: (name: string, index: number) => PacketSink,
): Promise<OpenInterfaces> {
  const share = Math.floor(wireLimits.liveRingBytes / names.length)
  const ringBytes = Math.max(wireLimits.liveRingBytesMin, share)
  const captures: LiveCapture[] = []
  const failures: CaptureError[] = []
  for (const name of names.slice(0, wireLimits.liveInterfacesMax)) {
    const sink = sinkOf(name, captures.length)
    try {
      captures.push(await openLiveCapture({ interface: name, snapBytes, ringBytes, sink }))
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      failures.push(error)
    }
  }
  if (captures.length === 0) throw failures[0]!
  const left = names.length - wireLimits.liveInterfacesMax
  const unseen = failures.filter(({ code }) => code !== interfaceDown).map(({ message }) => message)
  if (left > 0) unseen.push(`${left} interfaces are more than are looked at at once`)
  return { captures, unseen }
}
