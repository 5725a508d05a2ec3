import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { skipWhere } from '../sim/skip-where.ts'
import { makeNamespacePair, runIn, whyNoNamespaces } from './namespace-pair.ts'

const path = (name: string) => `/run/netns/${name}`

describe('a pair of namespaces', () => {
  skipWhere(whyNoNamespaces())

  test('is gone after close, also when closed twice', () => {
    const pair = makeNamespacePair()
    expect([pair.near, pair.far].map(({ name }) => existsSync(path(name)))).toEqual([true, true])
    pair.close()
    pair.close()
    expect([pair.near, pair.far].map(({ name }) => existsSync(path(name)))).toEqual([false, false])
  })

  test('does not outlive a maker that was killed by more than the next pair', () => {
    // A pid that no process has: above the kernel's largest.
    const left = 'e2etop-lab-4194305-1-near'
    spawnSync('ip', ['netns', 'add', left])
    expect(existsSync(path(left))).toBe(true)
    makeNamespacePair().close()
    expect(existsSync(path(left))).toBe(false)
  })

  test('runs a command inside, as another user', async () => {
    const pair = makeNamespacePair()
    try {
      const child = runIn(pair.near, ['sh', '-c', 'id -u; readlink /proc/self/ns/net'], {
        uid: 2001,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let text = ''
      child.stdout?.on('data', (piece: Buffer) => (text += piece.toString()))
      await once(child, 'close')
      expect(text).toBe(`2001\nnet:[${pair.near.inode}]\n`)
    } finally {
      pair.close()
    }
  })
})
