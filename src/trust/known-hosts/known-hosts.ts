import { createHash, createHmac } from 'node:crypto'
import { matchesGlob } from '../../query/filter/glob.ts'

/** A key of a host, as OpenSSH writes it. */
export interface HostKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`, ... */
  readonly type: string
  readonly blob: Buffer
}

interface KnownKey extends HostKey {
  readonly marker: 'key' | 'revoked' | 'cert-authority'
  readonly patterns: readonly string[]
}

/** What known_hosts files say of a host's key. */
export type KeyVerdict =
  | { readonly kind: 'known' }
  /** Another key is known for this host: it was changed, or someone else answers. */
  | { readonly kind: 'changed'; readonly known: readonly HostKey[] }
  | { readonly kind: 'revoked' }
  /** No key of its is known. */
  | { readonly kind: 'unknown' }

/** The keys of known_hosts files (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). Lines that are not understood say nothing. */
export class KnownHosts {
  readonly #keys: readonly KnownKey[]

  /** `texts`: of the files, in any order. */
  constructor(texts: readonly string[]) {
    this.#keys = texts.flatMap((text) => text.split('\n').flatMap(parseLine))
  }

  /** Names that stand there unhashed and without wildcards, one a line: the others there are of the same host. */
  names(): readonly string[] {
    const names = this.#keys
      .filter(({ marker }) => marker === 'key')
      .flatMap(({ patterns }) => patterns.find((name) => /^[^|*?!,[\]]+$/.test(name)) ?? [])
    return [...new Set(names)]
  }

  /** Types of the keys that are known for a host, to ask it for one of them. */
  typesOf(host: string, port: number): readonly string[] {
    const known = this.#of(host, port, 'key')
    const types = known.length > 0 ? known : this.#of(host, 22, 'key')
    return [...new Set(types.map(({ type }) => type))]
  }

  /** True where a certificate of the host would be good; only the system's ssh checks those. */
  trustsAuthorityFor(host: string, port: number): boolean {
    return this.#of(host, port, 'cert-authority').length > 0
  }

  judge(host: string, port: number, key: HostKey): KeyVerdict {
    const isSame = (known: HostKey) => known.type === key.type && known.blob.equals(key.blob)
    if (this.#of(host, port, 'revoked').some(isSame)) return { kind: 'revoked' }
    const known = this.#of(host, port, 'key')
    if (known.some(isSame)) return { kind: 'known' }
    if (known.length > 0) return { kind: 'changed', known }
    // As ssh does: who is known at the usual port may listen at another one, with the same key.
    if (port !== 22 && this.judge(host, 22, key).kind === 'known') return { kind: 'known' }
    return { kind: 'unknown' }
  }

  #of(host: string, port: number, marker: KnownKey['marker']): readonly KnownKey[] {
    const name = knownName(host, port)
    return this.#keys.filter((key) => key.marker === marker && matches(key.patterns, name))
  }
}

/** A host's name as it stands in known_hosts. */
const knownName = (host: string, port: number) =>
  port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`

/** As ssh prints them, to compare by eye. */
export function fingerprint({ type, blob }: HostKey): string {
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return `${type} SHA256:${digest}`
}

/** The type that stands in a key's bytes. */
export function hostKeyOf(blob: Buffer): HostKey {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0
  return { type: blob.subarray(4, 4 + length).toString('latin1'), blob }
}

const markers: Readonly<Record<string, KnownKey['marker']>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
}

function parseLine(line: string): readonly KnownKey[] {
  const words = line.trim().split(/[ \t]+/)
  if (words[0] === '' || words[0]!.startsWith('#')) return []
  const isMarked = words[0]!.startsWith('@')
  const marker = isMarked ? markers[words[0]!] : 'key'
  const [patterns, type, base64] = words.slice(isMarked ? 1 : 0)
  if (marker === undefined || !patterns || !type || !base64) return []
  const blob = Buffer.from(base64, 'base64')
  if (hostKeyOf(blob).type !== type) return []
  return [{ marker, patterns: patterns.split(','), type, blob }]
}

/** A pattern that is negated and matches wins over all others of its line. */
function matches(patterns: readonly string[], name: string): boolean {
  let found = false
  for (const pattern of patterns) {
    if (pattern.startsWith('|1|')) found ||= matchesHash(pattern, name)
    else if (pattern.startsWith('!') && matchesPattern(pattern.slice(1), name)) return false
    else if (matchesPattern(pattern, name)) found = true
  }
  return found
}

function matchesHash(pattern: string, name: string): boolean {
  const [, , salt = '', hash = ''] = pattern.split('|')
  const key = Buffer.from(salt, 'base64')
  return createHmac('sha1', key).update(name).digest().equals(Buffer.from(hash, 'base64'))
}

/** `*` and `?` of ssh_config(5), "PATTERNS"; case does not count. */
export const matchesPattern = (pattern: string, name: string): boolean =>
  matchesGlob(pattern.toLowerCase(), name.toLowerCase())
