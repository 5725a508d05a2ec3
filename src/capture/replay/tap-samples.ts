import type { HostInterface } from '../../model/host-interface.ts'
import { hostTime, type HostTime } from '../../model/quantity.ts'
import type { FlowSample, SampleSink } from '../../model/sample.ts'
import { namespaceOf, ownAddresses } from '../interfaces/interface-addresses.ts'
import type { CaptureSource } from '../source.ts'
import { encodeSample, encodeStatus } from './recording.ts'

/**
 * A source that gives what `source` gives and writes it down as a recording, one line (without its end) a call of
 * `writeLine`. What `writeLine` throws reaches whoever drains or polls. Closing it closes `source`.
 */
export function tapSamples(
  source: CaptureSource,
  writeLine: (line: string) => void,
  now: () => HostTime = () => hostTime(Date.now()),
): CaptureSource {
  const start = now()
  const status = source.status()
  const interfaces = status.source === 'replay' ? status.interfaces : ownInterfaces()
  writeLine(encodeStatus({ ...status, interfaces }))
  const tapped =
    (sink: SampleSink): SampleSink =>
    (sample: FlowSample) => {
      writeLine(encodeSample(sample, { at: Math.max(0, Math.round(now() - start)), start }))
      sink(sample)
    }
  return {
    drain: (sink) => source.drain(tapped(sink)),
    poll: (sink) => source.poll(tapped(sink)),
    status: () => source.status(),
    close: () => source.close(),
  }
}

/** As they are at the beginning; those of other network namespaces are not known before their flows. */
function ownInterfaces(): readonly HostInterface[] {
  const netns = namespaceOf('self')
  return [...ownAddresses()].map(([name, addresses]) => ({ netns, isOwn: true, name, addresses }))
}
