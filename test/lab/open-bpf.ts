import { openBpfSource } from '../../src/capture/bpf/bpf-source.ts'
import { Owners } from '../../src/capture/owners/owners.ts'
import type { CaptureSource } from '../../src/capture/source.ts'

/** The BPF source with all that it can see, over this host's own processes. */
export function openWholeBpf(): CaptureSource {
  return openBpfSource({ owners: new Owners(), exactUser: true })
}
