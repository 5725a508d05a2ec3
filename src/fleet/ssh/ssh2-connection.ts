import type { Duplex } from 'node:stream'
import type {
  AuthenticationType,
  AuthHandlerMiddleware,
  Client as Ssh2Client,
  ClientChannel,
  ConnectConfig,
} from 'ssh2'
import { cleanText } from '../../model/clean-text.ts'
import { fleetLimits } from '../../model/fleet-limits.ts'
import { limits } from '../../model/limits.ts'
import type { KnownHosts } from '../../trust/known-hosts/known-hosts.ts'
import type { LinkEnd } from '../host-link.ts'
import {
  givenUp,
  type ConnectOutcome,
  type RunOutcome,
  type SshConnection,
} from './connect-outcome.ts'
import { hostKeyAlgorithms, whyKeyRefused } from './host-key-check.ts'
import type { KeyRing } from './key-ring.ts'
import { Client } from './ssh2.ts'
import { LoginClock } from './login-clock.ts'
import type { SshSettings } from './ssh-settings.ts'

export interface LoginContext {
  readonly known: KnownHosts
  readonly keys: KeyRing
  /** Ends logins that are under way: whoever leaves would wait for a host that is not there. */
  readonly closing: AbortSignal
}

/** Logs in over ssh2; through `carrier`, where there is one, else by TCP. */
export function connectSsh2(
  settings: SshSettings,
  { known, keys, closing }: LoginContext,
  carrier?: Duplex,
): Promise<ConnectOutcome> {
  const client = new Client()
  let keyRefused: string | undefined
  const config: ConnectConfig = {
    ...(carrier ? { sock: carrier } : { host: settings.address, port: settings.port }),
    username: settings.user,
    // Ours instead, which waits for the user.
    readyTimeout: 0,
    keepaliveInterval: fleetLimits.fleetBeatMs,
    keepaliveCountMax: 3,
    hostVerifier: (blob: Buffer) => {
      keyRefused = whyKeyRefused(known, settings, blob)
      return keyRefused === undefined
    },
    algorithms: {
      serverHostKey: [...hostKeyAlgorithms(known.typesOf(settings.keyName, settings.keyPort))],
    } as NonNullable<ConnectConfig['algorithms']>,
  }
  return new Promise((resolve) => {
    const late = `no login within ${settings.connectTimeout / 1000} s`
    const clock = new LoginClock(settings.connectTimeout, () =>
      settle({ kind: 'unreachable', why: late }),
    )
    config.authHandler = nextMethod(keys, settings, clock)
    const giveUp = () => settle(givenUp)
    const settle = (outcome: ConnectOutcome) => {
      clock.end()
      closing.removeEventListener('abort', giveUp)
      if (outcome.kind !== 'connected') client.destroy()
      resolve(outcome)
    }
    if (closing.aborted) return giveUp()
    closing.addEventListener('abort', giveUp, { once: true })
    client.on('ready', () => settle({ kind: 'connected', connection: connectionOf(client) }))
    client.on('error', (error: ClientError) => {
      // An agent that is gone is one way less to log in.
      if (error.level === 'agent') return
      if (keyRefused !== undefined) settle({ kind: 'refused', why: keyRefused })
      else void failureOf(error, keys, settings).then(settle)
    })
    client.on('close', () =>
      settle({ kind: 'unreachable', why: 'it closed the connection before the login' }),
    )
    try {
      client.connect(config)
    } catch (error) {
      settle({ kind: 'refused', why: error instanceof Error ? error.message : String(error) })
    }
  })
}

type ClientError = Error & { readonly level?: string; readonly code?: string }

/** Its types leave out how a handler says so. */
const noMore = false as unknown as AuthenticationType

/**
 * ssh2 asks for one method after another; `false`: there are no more. A host that took a key and wants a code too may ask
 * for it once.
 */
function nextMethod(
  keys: KeyRing,
  settings: SshSettings,
  clock: LoginClock,
): AuthHandlerMiddleware {
  const methods = keys.methods(settings)
  let hasAsked = false
  return (left, partial, next) => {
    if (
      partial &&
      !hasAsked &&
      (left as readonly string[] | null)?.includes('keyboard-interactive')
    ) {
      hasAsked = true
      return next({
        type: 'keyboard-interactive',
        username: settings.user,
        prompt(_name, _instructions, _language, prompts, finish) {
          const questions = prompts.map(({ prompt }) => prompt)
          void clock.without(keys.answers(settings, questions)).then(finish)
        },
      })
    }
    void clock.without(methods.next()).then(({ value, done }) => {
      if (done) next(noMore)
      else next(value)
    })
  }
}

async function failureOf(
  error: ClientError,
  keys: KeyRing,
  settings: SshSettings,
): Promise<ConnectOutcome> {
  const said = cleanText(error.message, limits.sentenceLength)
  switch (error.level) {
    case 'client-authentication': {
      const untried = await keys.untried(settings)
      const why = `it takes none of the keys of ${settings.user}${untried && `: ${untried}`}`
      const foreign = (await keys.hasForeign(settings)) ? ['its key'] : []
      const what = [...settings.loginBeyondUs, ...foreign].join(', ')
      return what === '' ? { kind: 'refused', why } : { kind: 'beyond us', what, why }
    }
    case 'handshake':
      if (said.includes('no matching'))
        return { kind: 'beyond us', what: 'its key exchange', why: said }
      return { kind: 'unreachable', why: said }
    default:
      if (/too many authentication failures/i.test(said)) {
        const why = `it lets ${settings.user} try only so many keys: name the right one with IdentityFile and IdentitiesOnly`
        return { kind: 'refused', why }
      }
      return { kind: 'unreachable', why: socketFailure(error, said) }
  }
}

const socketFailures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to its network',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up',
  ECONNRESET: 'it cut the connection',
  ETIMEDOUT: 'it does not answer',
}

const socketFailure = ({ code }: ClientError, said: string) => socketFailures[code ?? ''] ?? said

function connectionOf(client: Ssh2Client): SshConnection {
  let broken: string | undefined
  client.removeAllListeners('error')
  client.on('error', (error: Error) => (broken ??= error.message))
  client.on('close', () => (broken ??= 'the connection was closed'))
  return {
    note: '',
    run: (command) => runOver(client, command, () => broken),
    forward: (address, port) =>
      new Promise((resolve, reject) => {
        client.forwardOut('127.0.0.1', 0, address, port, (error, channel) =>
          error ? reject(error) : resolve(channel),
        )
      }),
    // Not `end`, which waits for a host that may be frozen.
    close: () => client.destroy(),
    closed: new Promise((resolve) => client.once('close', () => resolve())),
  }
}

function runOver(client: Ssh2Client, command: string, broken: () => string | undefined) {
  return new Promise<RunOutcome>((resolve) => {
    client.exec(command, (error, channel) => {
      if (error) resolve({ kind: 'failed', why: cleanText(error.message, limits.sentenceLength) })
      else resolve({ kind: 'running', link: linkOf(client, channel, broken) })
    })
  })
}

function linkOf(client: Ssh2Client, channel: ClientChannel, broken: () => string | undefined) {
  let complaint = ''
  let exitCode: number | undefined
  const ended = new Promise<LinkEnd>((resolve) => {
    const end = () => resolve({ exitCode, complaint: complaint || (broken() ?? '') })
    channel.on('close', end)
    // A connection that breaks does not always close its channels.
    client.once('close', end)
  })
  channel.stderr.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString()).slice(-limits.sentenceLength)
  })
  channel.on('exit', (code: number | null) => (exitCode = code ?? undefined))
  return { fromHost: channel, toHost: channel, ended, close: () => channel.close() }
}
