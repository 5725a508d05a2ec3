import { hearSources } from '../../host/local-asking.ts'
import type { HostSources } from '../../host/question-sources.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { defaultDataDirectory, defaultLiveSocket } from '../places.ts'

/** What this host answers from, under the name `host`. @throws HostError */
export const askedSources = (options: Arguments['options'], host: string): Promise<HostSources> =>
  hearSources({
    host,
    socket: options.get('socket'),
    usualSocket: defaultLiveSocket,
    log: options.get('data-dir'),
    usualLog: defaultDataDirectory,
  })
