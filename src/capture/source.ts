import type { CaptureStatus } from '../model/capture-status.ts'
import type { SampleSink } from '../model/sample.ts'

/**
 * A source of flow samples. Made open and running by its `open…` function, which throws a `CaptureError` where
 * the host does not allow it; afterwards nothing here throws for what the network or a process does.
 */
export interface CaptureSource {
  /** Flows that ended since the last call. Cheap: called every 100 ms, so that the kernel's ring stays short. */
  drain(sink: SampleSink): void
  /** Flows that changed since the last poll, after a drain. Called once a second. */
  poll(sink: SampleSink): void
  status(): CaptureStatus
  close(): void
}
