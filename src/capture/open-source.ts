import type { CaptureSourceName } from '../model/capture-status.ts'
import { openBpfSource } from './bpf/bpf-source.ts'
import { CaptureError } from './capture-error.ts'
import { Owners } from './owners/owners.ts'
import { openReplaySource } from './replay/replay-source.ts'
import { SampleFile } from './replay/sample-file.ts'
import { tapSamples } from './replay/tap-samples.ts'
import { openSockdiagSource } from './sockdiag/sockdiag-source.ts'
import type { CaptureSource } from './source.ts'

/** Which source to open, and how. */
export interface SourceRequest {
  /** `auto`: the best that this host and user allow. */
  readonly source: 'auto' | Exclude<CaptureSourceName, 'ss'>
  /** Ask who uses a socket, not only who opened it; BPF only. */
  readonly actor: boolean
  /** Path of the recording; needed by source `replay`. */
  readonly replay?: string
  /** Play it again and again. */
  readonly repeat?: boolean
  /** Path to record all samples to. */
  readonly recordSamples?: string
}

/**
 * Opens the source that is asked for, of `auto` the best that opens: BPF, else the socket listing, whose status
 * then says why BPF was not possible. Throws the `CaptureError` of the last one tried.
 */
export function openSource(request: SourceRequest): CaptureSource {
  const source = openChosen(request)
  if (request.recordSamples === undefined) return source
  try {
    return recordedTo(new SampleFile(request.recordSamples), source)
  } catch (error) {
    source.close()
    throw error
  }
}

function openChosen(request: SourceRequest): CaptureSource {
  switch (request.source) {
    case 'auto':
      return openBest(request)
    // One opener: without CAP_NET_ADMIN the BPF source is `bpf-tcp` by itself.
    case 'bpf':
    case 'bpf-tcp':
      return openBpf(request)
    case 'sockdiag':
      return openSockdiagSource()
    case 'replay':
      return openReplay(request)
  }
}

function openBpf({ actor }: SourceRequest): CaptureSource {
  return openBpfSource({ owners: new Owners(), actor })
}

function openBest(request: SourceRequest): CaptureSource {
  try {
    return openBpf(request)
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error
    const why = `BPF, which sees everything, was not possible: ${error.message}; ${error.next}.`
    return withBlindSpots(openSockdiagSource(), () => [why])
  }
}

function openReplay({ replay: path, repeat = false }: SourceRequest): CaptureSource {
  if (path === undefined)
    throw new CaptureError('replay', 'no recording to replay', 'name its file (--replay FILE)')
  return openReplaySource(path, { repeat })
}

function recordedTo(file: SampleFile, source: CaptureSource): CaptureSource {
  const tapped = tapSamples(source, (line) => file.writeLine(line))
  const blind = withBlindSpots(tapped, () => (file.failure === undefined ? [] : [file.failure]))
  return {
    ...blind,
    close: () => {
      blind.close()
      file.close()
    },
  }
}

/** The source with more sentences, first, in what its status says cannot be seen. */
function withBlindSpots(source: CaptureSource, spots: () => readonly string[]): CaptureSource {
  return {
    drain: (sink) => source.drain(sink),
    poll: (sink) => source.poll(sink),
    status: () => {
      const status = source.status()
      return { ...status, blind: [...spots(), ...status.blind] }
    },
    close: () => source.close(),
  }
}
