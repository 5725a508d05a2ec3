import { chmodSync, lchownSync, lstatSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { limits } from '../model/limits.ts'
import { makeDirectory } from './make-directory.ts'
import { otherPlace, RecorderError } from './recorder-error.ts'

/** Where readers of this host's live flows connect. */
export interface LiveSocket {
  /** From now on called for each reader that comes. */
  onReader(attach: (reader: Socket) => void): void
  close(): void
}

/** Members of the group may connect, which needs the right to write (unix(7)); nobody else. */
const socketMode = 0o660

/**
 * Binds the socket at `path`, as root for the group `gid`. What a killed recorder left there is taken away, a
 * living recorder is not. @throws RecorderError
 */
export async function bindLiveSocket(path: string, gid: number): Promise<LiveSocket> {
  const server = createServer()
  try {
    // A longer one would be cut, and the socket be somewhere else.
    if (Buffer.byteLength(path) > limits.socketPathBytes)
      throw new Error(`it is longer than ${limits.socketPathBytes} bytes`)
    await refuseSecond(path)
    // Open to all: the socket in it decides who may connect.
    makeDirectory(dirname(path), 0o755)
    const there = lstatSync(path, { throwIfNoEntry: false })
    if (there && !there.isSocket()) throw new Error('there is something else')
    if (there) unlinkSync(path)
    await listening(server, () => server.listen(path))
    // Until here only its owner could connect: the process has umask 0027.
    if (process.geteuid?.() === 0) lchownSync(path, 0, gid)
    chmodSync(path, socketMode)
    return liveSocket(server)
  } catch (cause) {
    // A server that listens would keep the process from ending.
    server.close()
    if (cause instanceof RecorderError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new RecorderError(
      'socket',
      `the live socket ${path} cannot be made: ${why}`,
      otherPlace('another one with --socket', why),
      cause,
    )
  }
}

/** Takes over a socket that systemd has bound and passed on. */
export async function adoptLiveSocket(fd: number): Promise<LiveSocket> {
  const server = createServer()
  await listening(server, () => server.listen({ fd }))
  return liveSocket(server)
}

async function refuseSecond(path: string): Promise<void> {
  if (!(await answers(path))) return
  throw new RecorderError(
    'in use',
    `another recorder answers at ${path}`,
    '`e2etop status` tells about it; stop it first.',
  )
}

/** Nobody listens at a socket whose process is gone: the connection is refused. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(path)
    const say = (answer: boolean) => {
      probe.destroy()
      resolve(answer)
    }
    probe.on('connect', () => say(true))
    probe.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? ''
      if (['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ENOTSOCK'].includes(code)) say(false)
      // It may not be asked, or too many ask it.
      else if (['EACCES', 'EPERM', 'EAGAIN'].includes(code)) say(true)
      else reject(error)
    })
  })
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', resolve)
    listen()
  })
}

function liveSocket(server: Server): LiveSocket {
  return {
    onReader(attach) {
      server.on('connection', (reader) => {
        // What readers say is not listened to, but must be read so that their end is noticed.
        reader.resume()
        attach(reader)
      })
    },
    close: () => void server.close(),
  }
}
