import type { CaptureStatus } from '../../src/model/capture-status.ts'
import type { RecorderStatus } from '../../src/model/live-message.ts'
import { hostTime, type HostTime } from '../../src/model/quantity.ts'

/** A source that sees everything and has lost nothing. */
export const wholeCapture: CaptureStatus = {
  source: 'bpf',
  since: hostTime(0),
  sees: ['tcp', 'udp', 'raw', 'pid', 'user', 'short', 'peers', 'netns'],
  blind: [],
  lost: [],
}

export const statusOf = (at: HostTime, capture: CaptureStatus = wholeCapture): RecorderStatus => ({
  at,
  capture,
  liveFlows: 0,
  cpuMs: 1,
  rssBytes: 1,
  recording: undefined,
})
