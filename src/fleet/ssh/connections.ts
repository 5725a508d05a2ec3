import { setMaxListeners } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { cleanText } from '../../model/clean-text.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { limits } from '../../model/limits.ts'
import { KnownHosts } from '../../trust/known-hosts/known-hosts.ts'
import { Gate } from '../gate.ts'
import { givenUp, type ConnectOutcome } from './connect-outcome.ts'
import { checkBeyondUs } from './host-key-check.ts'
import { KeyRing, type KeyRingSettings } from './key-ring.ts'
import { connectSsh2 } from './ssh2-connection.ts'
import {
  readSshSettings,
  type SettingsOutcome,
  type SshProgram,
  type SshSettings,
} from './ssh-settings.ts'
import { systemSsh } from './system-ssh.ts'

/** How hosts are reached; what many of them share (keys, known_hosts files, hosts on the way) is read or made once. */
export class SshConnections {
  readonly #program: SshProgram
  readonly #keys: KeyRing
  readonly #known = new Map<string, KnownHosts>()
  readonly #jumps = new Map<string, Promise<ConnectOutcome>>()
  readonly #closing = new AbortController()
  readonly #reading = new Gate(fleetLimits.sshSettingsAtOnce)

  constructor(program: SshProgram, keys: KeyRingSettings) {
    this.#program = program
    this.#keys = new KeyRing(keys)
    setMaxListeners(0, this.#closing.signal)
  }

  async connect(name: string): Promise<ConnectOutcome> {
    if (this.#closing.signal.aborted) return givenUp
    const read = await this.#settingsOf(name)
    if (read.kind === 'failed') return { kind: 'unreachable', why: `ssh -G: ${read.why}` }
    const { settings } = read
    const outcome = await this.#connect(settings, settings.jumps)
    if (outcome.kind !== 'beyond us') return outcome
    return {
      kind: 'connected',
      connection: systemSsh(settings, this.#program, outcome.what),
    }
  }

  close(): void {
    this.#closing.abort()
    for (const jump of this.#jumps.values())
      void jump.then((outcome) => {
        if (outcome.kind === 'connected') outcome.connection.close()
      })
  }

  async #connect(settings: SshSettings, jumps: readonly string[]): Promise<ConnectOutcome> {
    const known = this.#knownHosts(settings)
    const beyond = checkBeyondUs(known, settings) ?? settings.connectBeyondUs[0]
    if (beyond !== undefined) return { kind: 'beyond us', what: beyond, why: '' }
    const context = { known, keys: this.#keys, closing: this.#closing.signal }
    if (jumps.length === 0) return connectSsh2(settings, context)
    const way = await this.#through(settings, jumps)
    return way.kind === 'way' ? connectSsh2(settings, context, way.carrier) : way
  }

  async #through(
    settings: SshSettings,
    jumps: readonly string[],
  ): Promise<{ readonly kind: 'way'; readonly carrier: Duplex } | ConnectOutcome> {
    const last = jumps.at(-1)!
    const jump = await this.#jump(jumps)
    if (jump.kind === 'beyond us') return { ...jump, what: `${jump.what} on the way over ${last}` }
    if (jump.kind !== 'connected')
      return { kind: 'unreachable', why: `the way over ${last}: ${jump.why}` }
    try {
      return {
        kind: 'way',
        carrier: await jump.connection.forward(settings.address, settings.port),
      }
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      const why = cleanText(said, limits.sentenceLength)
      return { kind: 'unreachable', why: `${last} does not forward to it: ${why}` }
    }
  }

  /** Shared by all hosts behind it: servers let only some logins begin at once. */
  #jump(jumps: readonly string[]): Promise<ConnectOutcome> {
    const key = jumps.join(',')
    const known = this.#jumps.get(key) ?? this.#connectJump(jumps)
    this.#jumps.set(key, known)
    void known.then((outcome) => {
      if (outcome.kind !== 'connected') this.#jumps.delete(key)
      else void outcome.connection.closed.then(() => this.#jumps.delete(key))
    })
    return known
  }

  async #connectJump(jumps: readonly string[]): Promise<ConnectOutcome> {
    if (jumps.length > fleetLimits.fleetJumpsMax)
      return { kind: 'unreachable', why: `more than ${fleetLimits.fleetJumpsMax} hosts on the way` }
    const read = await this.#settingsOf(jumpName(jumps.at(-1)!))
    if (read.kind === 'failed') return { kind: 'unreachable', why: `ssh -G: ${read.why}` }
    const before = jumps.slice(0, -1)
    return this.#connect(read.settings, before.length > 0 ? before : read.settings.jumps)
  }

  #settingsOf(name: string): Promise<SettingsOutcome> {
    return this.#reading.pass(() => readSshSettings(name, this.#program))
  }

  #knownHosts({ knownHostsFiles }: SshSettings): KnownHosts {
    const key = knownHostsFiles.join('\n')
    const known = this.#known.get(key) ?? new KnownHosts(knownHostsFiles.map(textOf))
    this.#known.set(key, known)
    return known
  }
}

/** `ssh -J` takes `user@host:port`, `ssh -G` only the URI of it. */
const jumpName = (spec: string) =>
  /:\d+$/.test(spec) && !spec.startsWith('ssh://') ? `ssh://${spec}` : spec

/** A file that is not there says nothing. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
