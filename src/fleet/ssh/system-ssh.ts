import { spawn } from 'node:child_process'
import { cleanText } from '../../model/clean-text.ts'
import { limits } from '../../model/limits.ts'
import type { LinkEnd } from '../host-link.ts'
import type { SshConnection } from './connect-outcome.ts'
import type { SshProgram, SshSettings } from './ssh-settings.ts'

/**
 * The system's ssh as transport, for what ssh2 cannot do: each command is a login of its own. It asks nobody anything
 * and checks host keys strictly, whatever its files say.
 */
export function systemSsh(
  { name, connectTimeout }: SshSettings,
  { configFile }: SshProgram,
  reason: string,
): SshConnection {
  const running = new Set<() => void>()
  const strict = ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'ClearAllForwardings=yes']
  const timing = [`ConnectTimeout=${Math.ceil(connectTimeout / 1000)}`, 'ServerAliveInterval=5']
  const options = [...strict, ...timing].flatMap((option) => ['-o', option])
  const config = configFile === undefined ? [] : ['-F', configFile]
  return {
    note: `by the system's ssh, for ${reason}`,
    run(command) {
      const child = spawn('ssh', [...config, '-T', ...options, '--', name, command])
      let complaint = ''
      child.stderr.on('data', (piece: Buffer) => {
        complaint = (complaint + piece.toString()).slice(-limits.sentenceLength)
      })
      const close = () => void child.kill()
      running.add(close)
      const ended = new Promise<LinkEnd>((resolve) => {
        const end = (exitCode: number | undefined, why: string) => {
          running.delete(close)
          resolve({ exitCode, complaint: why })
        }
        child.on('error', (error) => end(undefined, error.message))
        child.on('close', (code) => end(code ?? undefined, complaint))
      })
      const link = { fromHost: child.stdout, toHost: child.stdin, ended, close }
      return Promise.resolve({ kind: 'running', link })
    },
    forward: () => Promise.reject(new Error('not over the system ssh')),
    close: () => running.forEach((close) => close()),
    closed: new Promise(() => {}),
  }
}

/** ssh's own exit code where it could not connect. */
export const sshFailed = 255

/** What ssh said last, as one clause. */
export const lastWords = (complaint: string): string =>
  cleanText(complaint.trim().split('\n').at(-1) ?? '', limits.sentenceLength)
