import { openSource } from '../../src/capture/open-source.ts'
import type { CaptureSource } from '../../src/capture/source.ts'

/** The BPF source with all that it can see, over this host's own processes. */
export function openWholeBpf(): CaptureSource {
  return openSource({ source: 'bpf', actor: true })
}
