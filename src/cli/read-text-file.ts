import { closeSync, openSync, readSync } from 'node:fs'

/**
 * Text of a file of at most `bytesMax` bytes; undefined where it is longer. A file need not have an end (/dev/zero),
 * and its size says nothing where it is a pipe. Throws what `node:fs` throws.
 */
export function readTextFile(path: string, bytesMax: number): string | undefined {
  const bytes = Buffer.alloc(bytesMax + 1)
  const fd = openSync(path, 'r')
  try {
    let length = 0
    for (let got = -1; got !== 0 && length <= bytesMax; length += got)
      got = readSync(fd, bytes, length, bytes.length - length, null)
    return length > bytesMax ? undefined : bytes.toString('utf8', 0, length)
  } finally {
    closeSync(fd)
  }
}
