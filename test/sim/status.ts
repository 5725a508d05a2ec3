import type { CaptureStatus } from '../../src/model/capture-status.ts'
import type { RecorderStatus, RecordingStatus } from '../../src/model/live-message.ts'
import { hostTime, seconds, type HostTime } from '../../src/model/quantity.ts'

/** A source that sees everything and has lost nothing. */
export const wholeCapture: CaptureStatus = {
  source: 'bpf',
  since: hostTime(0),
  sees: ['tcp', 'udp', 'raw', 'pid', 'actor', 'short', 'peers', 'netns'],
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

/** A log that is written to without trouble, changed where the test is about it. */
export const recordingOf = (change: Partial<RecordingStatus> = {}): RecordingStatus => ({
  since: hostTime(0),
  run: 1,
  directory: '/var/lib/e2etop',
  records: 10,
  bytes: 1000,
  waiting: 0,
  writtenAt: hostTime(0),
  exportTimer: seconds(300),
  retention: { days: 28, bytes: 1.5e9, freeBytes: 1e9 },
  trouble: '',
  upkeepTrouble: '',
  gaps: [],
  ...change,
})
