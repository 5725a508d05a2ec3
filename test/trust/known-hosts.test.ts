import { createHmac, randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fingerprint, hostKeyOf, KnownHosts } from '../../src/trust/known-hosts/known-hosts.ts'

/** A key blob as OpenSSH writes it: lengths and parts. */
function keyOf(type: string, byte: number) {
  const part = (bytes: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  return hostKeyOf(Buffer.concat([part(Buffer.from(type)), part(Buffer.alloc(32, byte))]))
}

const one = keyOf('ssh-ed25519', 1)
const other = keyOf('ssh-ed25519', 2)
const rsa = keyOf('ssh-rsa', 3)
const line = (names: string, key = one, marker = '') =>
  `${marker}${names} ${key.type} ${key.blob.toString('base64')} a comment\n`
const judged = (text: string, host: string, key = one, port = 22) =>
  new KnownHosts([text]).judge(host, port, key).kind

describe('known hosts', () => {
  test('know a host by its names, patterns and port', () => {
    expect(judged(line('web1,10.0.0.1'), 'web1')).toBe('known')
    expect(judged(line('web1,10.0.0.1'), '10.0.0.1')).toBe('known')
    expect(judged(line('web1'), 'WEB1')).toBe('known')
    expect(judged(line('web1'), 'web11')).toBe('unknown')
    expect(judged(line('*.example.org'), 'a.example.org')).toBe('known')
    expect(judged(line('web?'), 'web12')).toBe('unknown')
    expect(judged(line('[web1]:2222'), 'web1', one, 2222)).toBe('known')
    expect(judged(line('[web1]:2222'), 'web1')).toBe('unknown')
  })

  test('a negated pattern wins over the others of its line only', () => {
    expect(judged(line('*,!web1'), 'web1')).toBe('unknown')
    expect(judged(line('!web1,*'), 'web1')).toBe('unknown')
    expect(judged(line('*,!web1'), 'web2')).toBe('known')
    expect(judged(line('*,!web1') + line('web1'), 'web1')).toBe('known')
  })

  test('another key of the host is a changed one, and both are shown', () => {
    const known = new KnownHosts([line('web1', other)])
    expect(known.judge('web1', 22, one)).toMatchObject({ kind: 'changed', known: [other] })
    expect(new KnownHosts([line('web1', rsa)]).judge('web1', 22, one).kind).toBe('changed')
    expect(judged(line('web1', rsa) + line('web1'), 'web1')).toBe('known')
  })

  test('a key known at the usual port is known at another one, but not a changed one', () => {
    expect(judged(line('web1'), 'web1', one, 2222)).toBe('known')
    expect(judged(line('web1', other), 'web1', one, 2222)).toBe('unknown')
    expect(judged(line('[web1]:2222', other) + line('web1'), 'web1', one, 2222)).toBe('changed')
  })

  test('a revoked key is revoked, wherever else it stands', () => {
    const text = line('web1') + line('*', one, '@revoked ')
    expect(judged(text, 'web1')).toBe('revoked')
    expect(judged(text, 'web1', other)).toBe('changed')
  })

  test('an authority is no key of a host', () => {
    const known = new KnownHosts([line('*.example.org', one, '@cert-authority ')])
    expect(known.judge('a.example.org', 22, one).kind).toBe('unknown')
    expect(known.trustsAuthorityFor('a.example.org', 22)).toBe(true)
    expect(known.trustsAuthorityFor('b.org', 22)).toBe(false)
  })

  test('hashed names match exactly one host', () => {
    const hashed = (name: string) => {
      const salt = randomBytes(20)
      const hash = createHmac('sha1', salt).update(name).digest('base64')
      return line(`|1|${salt.toString('base64')}|${hash}`)
    }
    expect(judged(hashed('web1'), 'web1')).toBe('known')
    expect(judged(hashed('web1'), 'web2')).toBe('unknown')
    expect(judged(hashed('[web1]:2222'), 'web1', one, 2222)).toBe('known')
  })

  test('comments, empty and broken lines, and unknown markers say nothing', () => {
    const broken = [
      '# web1 x',
      '',
      'web1',
      'web1 ssh-ed25519',
      'web1 ssh-ed25519 AAAA',
      '@what web1 ssh-ed25519 AAAA',
    ]
    expect(judged(`${broken.join('\r\n')}\n`, 'web1')).toBe('unknown')
    expect(judged(`\n${broken.join('\n')}\n${line('web1')}`, 'web1')).toBe('known')
  })

  test('the type in a line must be that of its key', () => {
    expect(judged(`web1 ssh-rsa ${one.blob.toString('base64')}\n`, 'web1')).toBe('unknown')
  })

  test('any text is read without a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, host) => {
        const known = new KnownHosts([text])
        known.names()
        expect(['unknown', 'changed']).toContain(known.judge(host, 22, one).kind)
      }),
    )
  })

  test('names for patterns: the first of each line', () => {
    const text = line('web1,10.0.0.1') + line('*.org') + line('web2', rsa) + line('web2')
    expect(new KnownHosts([text]).names()).toEqual(['web1', 'web2'])
  })

  test('fingerprints and hashed names are those of ssh-keygen', () => {
    const directory = mkdtempSync(join(tmpdir(), 'e2etop-known-'))
    try {
      const file = join(directory, 'key')
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
      const [type, base64] = execFileSync('cat', [`${file}.pub`], { encoding: 'utf8' }).split(' ')
      const key = hostKeyOf(Buffer.from(base64!, 'base64'))
      const shown = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' })
      expect(`${type} ${shown.split(' ')[1]}`).toBe(fingerprint(key))
      const list = join(directory, 'known_hosts')
      writeFileSync(list, line('web1', key) + line('[web1]:2222', key))
      execFileSync('ssh-keygen', ['-q', '-H', '-f', list], { stdio: 'ignore' })
      const hashed = execFileSync('cat', [list], { encoding: 'utf8' })
      expect(hashed).not.toContain('web1')
      expect(judged(hashed, 'web1', key)).toBe('known')
      expect(judged(hashed, 'web2', key)).toBe('unknown')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
