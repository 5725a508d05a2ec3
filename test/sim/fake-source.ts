import type { CaptureSource } from '../../src/capture/source.ts'
import type { CaptureStatus } from '../../src/model/capture-status.ts'
import type { FlowSample, SampleSink } from '../../src/model/sample.ts'
import { wholeCapture } from './status.ts'

/** A source that gives what the test put into it: `ended` at a drain, `changed` at a poll. */
export class FakeSource implements CaptureSource {
  readonly ended: FlowSample[] = []
  readonly changed: FlowSample[] = []
  closed = false

  drain(sink: SampleSink): void {
    this.ended.splice(0).forEach(sink)
  }

  poll(sink: SampleSink): void {
    this.changed.splice(0).forEach(sink)
  }

  status(): CaptureStatus {
    return wholeCapture
  }

  close(): void {
    this.closed = true
  }
}
