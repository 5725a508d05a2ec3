import { closeSync } from 'node:fs'
import { errnoName, loadNative } from '../capture/native.ts'

/** Of linux/socket.h. */
const unixFamily = 1
const datagram = 2
const closeOnExec = 0o2_000_000
const nonBlocking = 0o4_000

/** Tells systemd how the service is (sd_notify(3)). */
export interface ServiceManager {
  say(state: 'READY=1' | 'STOPPING=1' | 'WATCHDOG=1' | `STATUS=${string}`): void
  close(): void
}

/**
 * By the socket that NOTIFY_SOCKET names; silence where there is none, because then nobody waits to hear. Node has
 * no unix datagram sockets, so libc's are used.
 */
export function serviceManager(notifySocket: string | undefined): ServiceManager {
  if (!notifySocket) return { say() {}, close() {} }
  const native = loadNative()
  const must = (result: number, what: string) => {
    if (result < 0) throw new Error(`${what} ${notifySocket}: ${errnoName(-result)}`)
    return result
  }
  const fd = must(
    native.socket(unixFamily, datagram | closeOnExec | nonBlocking, 0),
    'no socket for',
  )
  must(native.connectSocket(fd, socketAddress(notifySocket)), 'cannot reach')
  return {
    // A manager that has gone, or whose queue is full, must not stop the recorder; it counts missed watchdogs.
    say: (state) => void native.send(fd, Buffer.from(state)),
    close: () => closeSync(fd),
  }
}

/** struct sockaddr_un; a leading `@` stands for the NUL of an abstract name, which ends without one. */
export function socketAddress(name: string): Uint8Array {
  const path = name.startsWith('@') ? `\0${name.slice(1)}` : `${name}\0`
  const address = Buffer.alloc(2 + Buffer.byteLength(path))
  address.writeUInt16LE(unixFamily)
  address.write(path, 2)
  return address
}
