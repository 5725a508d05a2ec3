import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { errorCode } from './error-code.ts'
import type { LogDirectory } from './log-directory.ts'
import { LogError } from './log-error.ts'

/**
 * Keeps a second writer out of a directory by a name in the kernel's list of abstract sockets, which the kernel
 * forgets with the process, however that ends. A lock file would outlive a kill and need guessing; flock(2) Node
 * does not have. The list is one of the network namespace: two containers that share a directory but no network
 * do not see each other.
 */
export class WriterLock {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /** Throws `LogError` where another process has it. */
  static async take(directory: LogDirectory): Promise<WriterLock> {
    const server = createServer((connection) => connection.destroy())
    server.unref()
    server.listen(`\0e2etop-log-${directory.identity}`)
    try {
      await once(server, 'listening')
    } catch (cause) {
      if (errorCode(cause) !== 'EADDRINUSE') throw cause
      throw new LogError(
        'in use',
        `another recorder writes ${directory.path}`,
        `stop it (ss -xlp lists it as @e2etop-log-${directory.identity}), or name another directory with --data-dir`,
        cause,
      )
    }
    return new WriterLock(server)
  }

  async release(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }
}
