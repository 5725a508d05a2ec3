import { execFile } from 'node:child_process'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { millis, seconds, type Millis } from '../../model/quantity.ts'

/** What `ssh -G` says of a host, as far as it concerns us. */
export interface SshSettings {
  /** As the operator named it. */
  readonly name: string
  /** Where it is: ssh's HostName. */
  readonly address: string
  readonly port: number
  readonly user: string
  /** Under which its key is known: HostKeyAlias, else the address. */
  readonly keyName: string
  /** And at which port; that of an alias is the usual one. */
  readonly keyPort: number
  /** Paths of private keys in their order; they need not be there. */
  readonly identityFiles: readonly string[]
  /** Path of an agent's socket, or `none`; undefined: the one of the environment. */
  readonly identityAgent: string | undefined
  readonly identitiesOnly: boolean
  readonly knownHostsFiles: readonly string[]
  /** Hosts to pass through, first one first, as `ssh -J` takes them. */
  readonly jumps: readonly string[]
  readonly connectTimeout: Millis
  /** Settings that only the system's ssh can follow, in words: to connect at all, and to log in. */
  readonly connectBeyondUs: readonly string[]
  readonly loginBeyondUs: readonly string[]
}

export interface SshProgram {
  /** ssh's `-F`; undefined: its own files. */
  readonly configFile: string | undefined
  readonly home: string
}

export type SettingsOutcome =
  | { readonly kind: 'settings'; readonly settings: SshSettings }
  | { readonly kind: 'failed'; readonly why: string }

/** Asks ssh itself, which knows its Match and Include lines best; 4 ms of a process. */
export function readSshSettings(name: string, program: SshProgram): Promise<SettingsOutcome> {
  // A name that begins with a dash would be an option of ssh.
  if (!isHostName(name)) return Promise.resolve({ kind: 'failed', why: 'that is no host name' })
  const config = program.configFile === undefined ? [] : ['-F', program.configFile]
  return new Promise((resolve) => {
    const options = {
      timeout: fleetLimits.sshSettingsMs,
      maxBuffer: fleetLimits.sshSettingsBytesMax,
    }
    execFile('ssh', ['-G', ...config, '--', name], options, (error, stdout, stderr) => {
      if (error) {
        const why = stderr.trim().split('\n').at(-1) || error.message
        return resolve({ kind: 'failed', why })
      }
      resolve({ kind: 'settings', settings: parseSettings(name, stdout, program.home) })
    })
  })
}

const isHostName = (name: string) => /^[^\s-][^\s]*$/.test(name)

/** @param text lines of `ssh -G` */
export function parseSettings(name: string, text: string, home: string): SshSettings {
  const values = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ')
    if (space < 0) continue
    const key = line.slice(0, space).toLowerCase()
    values.set(key, [...(values.get(key) ?? []), line.slice(space + 1).trim()])
  }
  const one = (key: string) => values.get(key)?.[0]
  const given = (key: string) => {
    const value = one(key)
    return value === undefined || value === 'none' ? undefined : value
  }
  const address = one('hostname') ?? name
  const user = one('user') ?? ''
  const port = Number(one('port') ?? 22)
  const tokens = { d: home, h: address, n: name, p: String(port), r: user, '%': '%' }
  const path = (text: string) => expand(text.replace(/^~(?=\/)/, home), tokens)
  const agent = one('identityagent')
  const timeout = Number(given('connecttimeout') ?? 0)
  return {
    name,
    address,
    port,
    user,
    keyName: given('hostkeyalias') ?? address,
    keyPort: given('hostkeyalias') === undefined ? port : 22,
    identityFiles: (values.get('identityfile') ?? []).filter((file) => file !== 'none').map(path),
    identityAgent: agent === undefined || agent === 'SSH_AUTH_SOCK' ? undefined : path(agent),
    identitiesOnly: one('identitiesonly') === 'yes',
    knownHostsFiles: ['userknownhostsfile', 'globalknownhostsfile'].flatMap((key) =>
      (given(key) ?? '').split(/ +/).filter(Boolean).map(path),
    ),
    jumps: given('proxyjump')?.split(',') ?? [],
    connectTimeout: timeout > 0 ? seconds(timeout) : millis(fleetLimits.fleetConnectMs),
    connectBeyondUs: named(given, connectWords),
    loginBeyondUs: named(given, loginWords),
  }
}

const connectWords = {
  proxycommand: 'a proxy command',
  revokedhostkeys: 'a list of revoked host keys',
  knownhostscommand: 'a known-hosts command',
} as const
const loginWords = {
  gssapiauthentication: 'GSSAPI',
  pkcs11provider: 'a PKCS#11 key',
  certificatefile: 'a certificate',
} as const

const named = (
  given: (key: string) => string | undefined,
  words: Readonly<Record<string, string>>,
): readonly string[] =>
  Object.entries(words).flatMap(([key, word]) => {
    const value = given(key)
    return value === undefined || value === 'no' ? [] : [word]
  })

/** `%h` and the like; those that are not known here stay as they are. */
const expand = (text: string, tokens: Readonly<Record<string, string>>): string =>
  text.replace(/%(.)/g, (whole, letter: string) => tokens[letter] ?? whole)
