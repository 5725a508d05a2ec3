import type { SourceRequest } from '../../capture/open-source.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { demoRecording } from '../places.ts'
import { UsageError } from '../command-line/usage-error.ts'

/** Which source the options ask for. @throws UsageError */
export function sourceRequest(options: Arguments['options']): SourceRequest {
  const isDemo = options.has('demo')
  const replay = isDemo ? demoRecording : options.get('replay')
  const recordSamples = options.get('record-samples')
  if (replay !== undefined && options.has('source'))
    throw new UsageError(`--${isDemo ? 'demo' : 'replay'} takes the place of --source`)
  return {
    source:
      replay === undefined
        ? ((options.get('source') ?? 'auto') as SourceRequest['source'])
        : 'replay',
    actor: options.has('actor'),
    ...(replay === undefined ? {} : { replay, repeat: isDemo }),
    ...(recordSamples === undefined ? {} : { recordSamples }),
  }
}
