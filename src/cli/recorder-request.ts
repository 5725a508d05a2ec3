import type { CaptureSourceName } from '../model/capture-status.ts'

/** What the monitor asks of the recorder process that it starts; travels in its command line. */
export interface RecorderRequest {
  readonly source: 'auto' | CaptureSourceName
  /** Ask who uses a socket, not only who opened it. */
  readonly actor: boolean
  /** Path of recorded samples; only with source `replay`. */
  readonly replay?: string
  /** Path to write samples to. */
  readonly recordSamples?: string
}

/** The hidden command under which e2etop starts itself as a recorder. */
export const privateRecorderCommand = 'private-recorder'
/** Descriptor of the live stream in the recorder. */
export const liveStreamFd = 3
