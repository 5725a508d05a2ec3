import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { errorCode } from './error-code.ts'
import { LogError, logErrorOf } from './log-error.ts'

/**
 * The directory that a log was opened in, whatever its path leads to later. Files are reached through its
 * descriptor: when the disk is unmounted or the directory replaced, nothing is ever written at the path, which
 * would fill the disk below the mount point.
 */
export class LogDirectory {
  readonly path: string
  /** Device and inode in hexadecimal. */
  readonly identity: string
  readonly #fd: number

  /** Throws `LogError` where there is no such directory or it may not be entered. */
  constructor(path: string) {
    this.path = path
    try {
      this.#fd = openSync(path, 'r')
      if (!fstatSync(this.#fd).isDirectory())
        throw new LogError('no directory', ...notDirectory(path))
    } catch (cause) {
      throw openError(path, cause)
    }
    this.identity = identityOf(fstatSync(this.#fd, { bigint: true }))
  }

  file(name: string): string {
    return `/proc/self/fd/${this.#fd}/${name}`
  }

  /** The path still leads here. */
  get isThere(): boolean {
    try {
      return identityOf(statSync(this.path, { bigint: true })) === this.identity
    } catch {
      // Gone, or behind a directory that is: whichever, it is not there.
      return false
    }
  }

  names(): string[] {
    return readdirSync(this.file('.'))
  }

  /** Makes created, renamed and deleted names last. */
  sync(): void {
    fsyncSync(this.#fd)
  }

  /** Bytes that an unprivileged process may still write. */
  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.file('.'))
    return bavail * bsize
  }

  close(): void {
    closeSync(this.#fd)
  }
}

const identityOf = (stat: { readonly dev: bigint; readonly ino: bigint }) =>
  `${stat.dev.toString(16)}-${stat.ino.toString(16)}`

const notDirectory = (path: string): [string, string] => [
  `${path} is not a directory`,
  'name the directory of the flow log with --data-dir',
]

function openError(path: string, cause: unknown): unknown {
  switch (errorCode(cause)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new LogError(
        'no directory',
        `there is no directory ${path}`,
        `create it for the recorder's user and the readers' group, mode 0750, or name another with --data-dir`,
        cause,
      )
    case 'EACCES':
    case 'EPERM':
      return new LogError(
        'not permitted',
        `${path} may not be entered`,
        `join the group that owns ${path}, or ask as root`,
        cause,
      )
    default:
      return logErrorOf(path, cause)
  }
}
