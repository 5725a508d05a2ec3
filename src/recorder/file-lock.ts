import { constants } from 'node:os'
import { errnoName, loadNative } from '../capture/native.ts'
import type { TryLock } from '../log/writer-lock.ts'

/** By libc's flock(2), which Node does not have. Throws where the file system has no locks. */
export const tryFileLock: TryLock = (fd) => {
  const result = loadNative().lockFile(fd)
  if (result < 0 && result !== -constants.errno.EWOULDBLOCK)
    throw new Error(`flock: ${errnoName(-result)}`)
  return result === 0
}
