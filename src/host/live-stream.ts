import { connect, type Socket } from 'node:net'
import { HostError } from './host-error.ts'

/** Whether a recorder's socket can be watched. */
export type LiveStream =
  | { readonly kind: 'open'; readonly stream: Socket }
  /** Nobody listens. */
  | { readonly kind: 'none' }
  /** A recorder may well run, but this user may not watch it. */
  | { readonly kind: 'refused' }

/** Connects to the live socket of this host's recorder. @throws HostError where the system fails otherwise */
export function openLiveStream(path: string): Promise<LiveStream> {
  return new Promise((resolve, reject) => {
    const stream = connect(path)
    stream.once('connect', () => resolve({ kind: 'open', stream }))
    stream.once('error', (error: NodeJS.ErrnoException) => {
      switch (error.code) {
        case 'ENOENT':
        case 'ENOTDIR':
        case 'ECONNREFUSED':
          return resolve({ kind: 'none' })
        case 'EACCES':
          return resolve({ kind: 'refused' })
        default:
          return reject(
            new HostError(
              'socket',
              `${path}: ${error.message}`,
              "Name a recorder's socket with --socket.",
            ),
          )
      }
    })
  })
}
