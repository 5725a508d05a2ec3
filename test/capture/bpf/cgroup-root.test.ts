import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cgroupRoot } from '../../../src/capture/bpf/cgroup-root.ts'

describe('the cgroup2 root', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cgroup root '))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const mounts = (...lines: readonly string[]) => {
    const path = join(folder, 'mounts')
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }

  test('without a mount of cgroup2 the error says how to mount it', () => {
    const path = mounts('cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0', 'proc /proc proc rw 0 0')
    expect(() => cgroupRoot(path)).toThrow('cgroup2 is not mounted')
    expect(() => cgroupRoot(path)).toThrow(
      expect.objectContaining({ code: 'no-cgroup2', next: expect.stringContaining('mount -t') }),
    )
  })

  test("a part of the hierarchy, as a container has it, is not the root, and is named by its path's own spaces", () => {
    const path = mounts(`cgroup2 ${folder.replaceAll(' ', '\\040')} cgroup2 rw 0 0`)
    expect(() => cgroupRoot(path)).toThrow(
      `only a part of the cgroup2 hierarchy is mounted here, at ${folder}`,
    )
  })
})
