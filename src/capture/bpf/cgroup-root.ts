import { readFileSync, statSync } from 'node:fs'
import { CaptureError } from '../capture-error.ts'

/** kernfs numbers the root of a hierarchy 1. */
const rootInode = 1

/**
 * Where the host's cgroup2 root is mounted: programs attached there see every socket. Throws `CaptureError`
 * `no-cgroup2` where it is not mounted, or only a part of it is, as in a container.
 */
export function cgroupRoot(mounts = '/proc/mounts'): string {
  const points = readFileSync(mounts, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter((fields) => fields[2] === 'cgroup2')
    .map((fields) => unescape(fields[1]!))
  const root = points.find((point) => statSync(point, { throwIfNoEntry: false })?.ino === rootInode)
  if (root !== undefined) return root
  throw new CaptureError(
    'no-cgroup2',
    points.length === 0
      ? 'cgroup2 is not mounted'
      : `only a part of the cgroup2 hierarchy is mounted here, at ${points.join(', ')}`,
    points.length === 0
      ? 'mount it: mount -t cgroup2 none /sys/fs/cgroup/unified'
      : 'run on the host, or with its cgroup namespace',
  )
}

/** /proc/mounts writes space, tab, newline and backslash in octal. */
const unescape = (path: string) =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
