import { fingerprint, hostKeyOf, type KnownHosts } from '../../trust/known-hosts/known-hosts.ts'
import type { SshSettings } from './ssh-settings.ts'

/** Algorithms by which a host proves that it has a key of a type; SHA-1 is none of them. */
const algorithmsOf: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
}

/**
 * Host key algorithms to ask for, those of known keys first: a host with several keys then shows one that is known. The
 * others follow, so that a changed key is seen and named as such.
 */
export function hostKeyAlgorithms(known: readonly string[]): readonly string[] {
  const isKnown = (type: string) => known.includes(type)
  const types = Object.keys(algorithmsOf)
  return [...types.filter(isKnown), ...types.filter((type) => !isKnown(type))].flatMap(
    (type) => algorithmsOf[type]!,
  )
}

/** Whether only the system's ssh can check a host: it is known by an authority's word, or by a kind of key that is new. */
export function checkBeyondUs(
  known: KnownHosts,
  { keyName, keyPort }: SshSettings,
): string | undefined {
  const types = known.typesOf(keyName, keyPort)
  if (types.some((type) => Object.hasOwn(algorithmsOf, type))) return undefined
  if (known.trustsAuthorityFor(keyName, keyPort)) return "a host certificate's check"
  return types.length > 0 ? `a host key of type ${types.join(', ')}` : undefined
}

/** Why a host's key is not good; undefined where it is. Nothing is ever accepted at first sight. */
export function whyKeyRefused(
  known: KnownHosts,
  { keyName, keyPort, name }: SshSettings,
  blob: Buffer,
): string | undefined {
  const key = hostKeyOf(blob)
  const verdict = known.judge(keyName, keyPort, key)
  const shown = fingerprint(key)
  switch (verdict.kind) {
    case 'known':
      return undefined
    case 'changed':
      return `its host key is not the known one: it shows ${shown}, known is ${verdict.known.map(fingerprint).join(' and ')}; if it was given a new key, correct known_hosts, else someone else answers in its place`
    case 'revoked':
      return `its host key ${shown} is revoked in known_hosts`
    case 'unknown':
      return `its host key ${shown} is not known; check it and connect once with: ssh ${name}`
  }
}
