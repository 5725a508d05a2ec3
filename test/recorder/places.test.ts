import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfigFile } from '../../src/cli/config-file.ts'
import { limits } from '../../src/model/limits.ts'
import { prepareDataDirectory } from '../../src/recorder/data-directory.ts'
import { bindLiveSocket } from '../../src/recorder/live-socket.ts'
import { scratchDirectory } from '../log/scratch-log.ts'
import { skipWhere } from '../sim/skip-where.ts'

const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'needs root'
const me = { name: 'me', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

describe('the places of a recorder', () => {
  test('a log directory below /proc, behind a file or behind a broken link is refused at once', () => {
    const path = scratchDirectory()
    writeFileSync(join(path, 'file'), '')
    symlinkSync(join(path, 'nowhere'), join(path, 'link'))
    for (const [place, why] of [
      ['/proc/self/task/log', /cannot be used: E/],
      [join(path, 'file'), /file is not a directory/],
      [join(path, 'file', 'log'), /ENOTDIR: not a directory/],
      [join(path, 'link', 'log'), /link is a link to what is not there/],
    ] as const)
      expect(() => prepareDataDirectory(place, me), place).toThrow(why)
    prepareDataDirectory(join(path, 'a', 'b'), me)
    expect(statSync(join(path, 'a', 'b')).mode & 0o777).toBe(0o750)
  })

  test('a live socket whose path is too long, or where something else is, is refused', async () => {
    const path = scratchDirectory()
    const ofLength = (length: number) => join(path, 'x'.repeat(length - path.length - 1))
    const longest = await bindLiveSocket(ofLength(limits.socketPathBytes), me.gid)
    longest.close()
    const tooLong = ofLength(limits.socketPathBytes + 1)
    await expect(bindLiveSocket(tooLong, me.gid)).rejects.toThrow(/longer than 107 bytes/)
    writeFileSync(join(path, 'file'), '')
    for (const place of [join(path, 'file'), path])
      await expect(bindLiveSocket(place, me.gid)).rejects.toThrow(/there is something else/)
    expect(readdirSync(path)).toEqual(['file'])
  })

  test('what is made above log and socket lets their readers through, whatever the umask is', async () => {
    const path = scratchDirectory()
    const mode = (...names: string[]) => (statSync(join(path, ...names)).mode & 0o777).toString(8)
    const before = process.umask(0o077)
    try {
      prepareDataDirectory(join(path, 'a', 'b', 'log'), me)
      const socket = await bindLiveSocket(join(path, 'c', 'd', 'socket'), me.gid)
      expect([mode('a'), mode('a', 'b'), mode('a', 'b', 'log')]).toEqual(['755', '755', '750'])
      expect([mode('c'), mode('c', 'd')]).toEqual(['755', '755'])
      socket.close()
    } finally {
      process.umask(before)
    }
  })

  test('a config without an end is not read to it', () => {
    expect(() => readConfigFile('/dev/zero')).toThrow(/is longer than 262144 bytes/)
  })
})

describe('as root', () => {
  skipWhere(whyNotRoot)

  test('the account gets the directory that a link leads to', () => {
    const path = scratchDirectory()
    const disk = join(path, 'disk')
    mkdirSync(disk)
    symlinkSync(disk, join(path, 'log'))
    prepareDataDirectory(join(path, 'log'), { name: 'nobody', uid: 65_534, gid: 65_534 })
    expect(statSync(disk)).toMatchObject({ uid: 65_534, gid: 65_534 })
  })
})
